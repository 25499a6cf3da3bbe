//! Templates and the data they see.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};

use crate::SiteError;
use crate::files::SiteFiles;

/// The templates of a site: every file below `templates/`.
pub(crate) struct Templates {
    environment: Environment<'static>,
    /// The site's data, which every template sees as `data`.
    pub(crate) data: Value,
}

impl Templates {
    /// Compiles the templates and merges the tables of the data files.
    pub(crate) fn read(files: &SiteFiles, data_files: &[&str]) -> Result<Self, SiteError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let tidy = SyntaxConfig::builder()
            .trim_blocks(true)
            .lstrip_blocks(true)
            .build()
            .map_err(|error| of_template(files.name(), "templates", &error))?;
        environment.set_syntax(tidy);
        environment.add_filter("from_base64", from_base64);
        for (below, _) in files.below("templates") {
            let name = format!("templates/{below}");
            let source = files.text(&name)?.to_owned();
            environment
                .add_template_owned(name.clone(), source)
                .map_err(|error| of_template(files.name(), &name, &error))?;
        }
        let data = merged(files, data_files)?;
        Ok(Self { environment, data })
    }

    /// Renders the template `name` for `context`.
    pub(crate) fn render(&self, name: &str, context: &Value) -> Result<String, minijinja::Error> {
        self.environment.get_template(name)?.render(context.clone())
    }

    /// Renders a short text, such as a path or the value of a header field; without escaping.
    pub(crate) fn render_text(
        &self,
        text: &str,
        context: &Value,
    ) -> Result<String, minijinja::Error> {
        if text.contains("{{") {
            self.environment.render_str(text, context.clone())
        } else {
            Ok(text.to_owned())
        }
    }

    /// The rows that an expression over `data` names.
    pub(crate) fn rows(&self, expression: &str) -> Result<Vec<Value>, minijinja::Error> {
        let context = minijinja::context! { data => self.data.clone() };
        let rows = self
            .environment
            .compile_expression(expression)?
            .eval(context)?;
        Ok(rows.try_iter()?.collect())
    }
}

/// The site error of a template error, at the line that the template engine names.
pub(crate) fn of_template(site: &str, name: &str, error: &minijinja::Error) -> SiteError {
    let file = error.name().unwrap_or(name);
    let mut wrong = SiteError::of_file(
        format!("{site}/{file}"),
        format!("the template does not render ({error})"),
        "correct the template, or the data that it names",
    );
    wrong.line = error.line();
    wrong
}

fn merged(files: &SiteFiles, data_files: &[&str]) -> Result<Value, SiteError> {
    let mut all = toml::Table::new();
    for path in data_files {
        let text = files.text(path)?;
        let file = format!("{}/{path}", files.name());
        let table: toml::Table = toml::from_str(text).map_err(|error| {
            let wrong = SiteError::of_file(&file, error.message().to_owned(), "correct the TOML");
            match error.span() {
                Some(span) => wrong.at(text, span.start),
                None => wrong,
            }
        })?;
        for (key, value) in table {
            if all.insert(key.clone(), value).is_some() {
                return Err(SiteError::of_file(
                    file,
                    format!("`{key}` is in another data file too"),
                    "give it another name",
                ));
            }
        }
    }
    Ok(Value::from(Serde(&all)))
}

/// Base64 of either alphabet as text; empty when it is neither, as a careless redirector has it.
fn from_base64(text: &str) -> String {
    STANDARD
        .decode(text)
        .or_else(|_| URL_SAFE_NO_PAD.decode(text))
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default()
}
