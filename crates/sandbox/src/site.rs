//! A site, parsed and checked: what each of its hosts answers.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicU64;

use bytes::Bytes;
use minijinja::value::Serde;
use minijinja::{Value, context};
use model::Host;
use toml::Spanned;

use crate::answer::{Answer, Conditions, Source, media_type};
use crate::answers;
use crate::files::SiteFiles;
use crate::script::{Entry, ExpandEntry, Script};
use crate::template::{Templates, of_template};
use crate::{Expected, Misbehavior, Question, Reply, SiteError};

/// One site of the fixtures, ready to be served.
pub struct SiteScript {
    name: String,
    expected: Expected,
    hosts: Vec<Host>,
    templates: Templates,
    /// Answers by host and path; the conditional ones first, the default last.
    exact: BTreeMap<(String, String), Vec<Answer>>,
    /// The same for paths that end in `*`, by host and beginning.
    beginnings: BTreeMap<(String, String), Vec<Answer>>,
    /// Answers of the site's table, by host and path with its query.
    kept: answers::Table,
    /// Certificate chain and key of the site, in PEM.
    tls: Option<(Bytes, Bytes)>,
    /// Name and bytes of the file of advertisements.
    ads: Option<(String, Bytes)>,
}

impl std::fmt::Debug for SiteScript {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SiteScript")
            .field("name", &self.name)
            .field("hosts", &self.hosts)
            .field("routes", &(self.exact.len() + self.beginnings.len()))
            .finish_non_exhaustive()
    }
}

impl SiteScript {
    /// Reads the site in `folder`.
    ///
    /// # Errors
    /// [`SiteError`] with file, line and remedy when a file is missing or does not fit.
    pub fn read(folder: &Path) -> Result<Self, SiteError> {
        Self::build(&SiteFiles::read(folder)?)
    }

    /// The site `name` as it was compiled into the binary.
    ///
    /// # Errors
    /// [`SiteError`] when there is no such site, or it does not fit.
    pub fn embedded(name: &str) -> Result<Self, SiteError> {
        let files = SiteFiles::embedded(name);
        if files.is_empty() {
            return Err(SiteError::of_file(
                name,
                "no such site is built in",
                format!("choose one of: {}", Self::embedded_names().join(", ")),
            ));
        }
        Self::build(&files)
    }

    /// Names of the sites that are compiled in, in order.
    #[must_use]
    pub fn embedded_names() -> Vec<String> {
        SiteFiles::embedded_names()
    }

    /// Name of the site: that of its folder.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The ground truth.
    #[must_use]
    pub const fn expected(&self) -> &Expected {
        &self.expected
    }

    /// The advertisements that the site is judged with: name and bytes of the file.
    #[must_use]
    pub fn ads(&self) -> Option<(&str, &[u8])> {
        let (name, bytes) = self.ads.as_ref()?;
        Some((name, bytes))
    }

    /// The hosts, in the order of the script. Every one is a name of the site.
    #[must_use]
    pub fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// Host and path of every exact route, in order.
    pub fn routes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.exact
            .keys()
            .map(|(host, path)| (host.as_str(), path.as_str()))
    }

    /// What the site tells `question`: 421 for a host that it has not, 404 for a path that it has
    /// not, 500 where a template does not render for this question.
    #[must_use]
    pub fn answer(&self, question: &Question<'_>) -> Reply {
        if !self.hosts.iter().any(|host| host.as_str() == question.host) {
            return Reply::plain(421, "No such host in this sandbox.\n");
        }
        let Some(answers) = self.answers(question) else {
            return Reply::plain(404, "Not found.\n");
        };
        let holds = |one: &&Answer| one.conditions.hold(question) && one.is_left();
        let Some(answer) = answers.iter().find(holds) else {
            return Reply::plain(404, "Not found.\n");
        };
        answer
            .reply(question, &self.templates)
            .unwrap_or_else(|error| {
                tracing::warn!(site = self.name, %error, "a template does not render");
                Reply::plain(500, "The template does not render for this request.\n")
            })
    }

    /// Whether what is told to `question` may have to be told byte by byte.
    pub(crate) fn is_wire(&self, question: &Question<'_>) -> bool {
        self.answers(question)
            .is_some_and(|answers| answers.iter().any(Answer::is_wire))
    }

    /// Whether there is any question for which [`is_wire`](Self::is_wire) holds.
    pub(crate) fn has_wire(&self) -> bool {
        self.exact
            .values()
            .chain(self.beginnings.values())
            .flatten()
            .any(Answer::is_wire)
    }

    /// Certificate chain and key of the site, in PEM.
    pub(crate) const fn tls(&self) -> Option<&(Bytes, Bytes)> {
        self.tls.as_ref()
    }

    fn answers(&self, question: &Question<'_>) -> Option<&Vec<Answer>> {
        let path = question.target.split('?').next().unwrap_or_default();
        let whole = (question.host.to_owned(), question.target.to_owned());
        let key = (question.host.to_owned(), path.to_owned());
        let stated = self.kept.get(&whole).or_else(|| self.exact.get(&key));
        stated.or_else(|| self.kept.get(&key)).or_else(|| {
            // The longest beginning wins; there are a few of them at most.
            self.beginnings
                .iter()
                .filter(|((host, begin), _)| host == question.host && path.starts_with(begin))
                .max_by_key(|((_, begin), _)| begin.len())
                .map(|(_, answers)| answers)
        })
    }

    fn build(files: &SiteFiles) -> Result<Self, SiteError> {
        let text = files.text("site.toml")?;
        let place = Place {
            files,
            text,
            file: format!("{}/site.toml", files.name()),
        };
        let script: Script = toml::from_str(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            place.wrong(offset, error.message(), "see the form of site.toml")
        })?;
        let data: Vec<&str> = script
            .data
            .iter()
            .map(|path| path.get_ref().as_str())
            .collect();
        let mut site = Self {
            name: files.name().to_owned(),
            expected: read_expected(files)?,
            hosts: Vec::new(),
            templates: Templates::read(files, &data)?,
            exact: BTreeMap::new(),
            beginnings: BTreeMap::new(),
            kept: BTreeMap::new(),
            tls: None,
            ads: None,
        };
        if let Some(name) = &site.expected.ads {
            let bytes = files.text(name)?.as_bytes();
            site.ads = Some((name.clone(), Bytes::copy_from_slice(bytes)));
        }
        if let Some(tls) = &script.tls {
            let file = |path: &Spanned<String>| {
                let found = files.get(path.get_ref()).map(Bytes::copy_from_slice);
                found.ok_or_else(|| place.at(path, "there is no such file", "write the file"))
            };
            site.tls = Some((file(&tls.certificate)?, file(&tls.key)?));
        }
        for host in &script.host {
            site.hosts.push(Host::new(host.name.get_ref()));
        }
        if let Some(name) = &script.answers {
            let is_host = |host: &str| site.hosts.iter().any(|known| known.as_str() == host);
            site.kept = answers::read(files, name.get_ref(), is_host)?;
        }
        for route in &script.route {
            site.add_route(&place, route)?;
        }
        for expand in &script.expand {
            site.add_expansion(&place, expand)?;
        }
        for host in &script.host {
            if let Some(folder) = &host.pages {
                site.add_pages(&place, host.name.get_ref(), folder)?;
            }
        }
        Ok(site)
    }

    fn known_host(&self, place: &Place<'_>, host: &Spanned<String>) -> Result<String, SiteError> {
        let name = host.get_ref().to_ascii_lowercase();
        if self.hosts.iter().any(|known| known.as_str() == name) {
            Ok(name)
        } else {
            Err(place.at(
                host,
                format!("`{name}` is no host of this site"),
                "add a [[host]]",
            ))
        }
    }

    fn add_route(&mut self, place: &Place<'_>, route: &Entry) -> Result<(), SiteError> {
        let (Some(host), Some(path)) = (&route.host, &route.path) else {
            return Err(SiteError::of_file(
                &place.file,
                "a [[route]] has no host or no path",
                "give it both",
            ));
        };
        let host = self.known_host(place, host)?;
        let mut answers = Vec::new();
        for when in &route.when {
            let answer = place.answer(when.get_ref())?;
            if answer.conditions.is_empty() && answer.times.is_none() {
                return Err(place.at(when, "a [[route.when]] has no condition", "give it one"));
            }
            answers.push(answer);
        }
        answers.push(place.answer(route)?);
        for answer in &answers {
            self.try_out(place, path, answer)?;
        }
        let (map, key) = match path.get_ref().strip_suffix('*') {
            Some(begin) => (&mut self.beginnings, begin.to_owned()),
            None => (&mut self.exact, path.get_ref().clone()),
        };
        if !key.starts_with('/') {
            return Err(place.at(path, "a path begins with `/`", "put one before it"));
        }
        match map.insert((host, key), answers) {
            None => Ok(()),
            Some(_) => Err(place.at(
                path,
                "two routes have this host and path",
                "use [[route.when]] for answers that differ",
            )),
        }
    }

    /// Renders an answer for an empty question, so that a template that cannot render is an
    /// error of the script and no surprise of a test.
    fn try_out(
        &self,
        place: &Place<'_>,
        path: &Spanned<String>,
        answer: &Answer,
    ) -> Result<(), SiteError> {
        let question = Question {
            host: "",
            target: "/",
            headers: &[],
        };
        answer
            .reply(&question, &self.templates)
            .map(|_| ())
            .map_err(|error| match error.name() {
                Some(name) if name.starts_with("templates/") => {
                    of_template(&self.name, name, &error)
                }
                _ => place.at(
                    path,
                    format!("does not render without a query ({error})"),
                    "correct it, or use the filter `default`",
                ),
            })
    }

    fn add_expansion(&mut self, place: &Place<'_>, expand: &ExpandEntry) -> Result<(), SiteError> {
        let host = self.known_host(place, &expand.host)?;
        let rows = self
            .templates
            .rows(expand.rows.get_ref())
            .map_err(|error| place.at(&expand.rows, error.to_string(), "name a list of `data`"))?;
        for row in rows {
            let context = context! { row => row, data => self.templates.data.clone() };
            let path = self
                .templates
                .render_text(expand.path.get_ref(), &context)
                .map_err(|error| {
                    place.at(&expand.path, error.to_string(), "use columns of the rows")
                })?;
            let name = expand.template.get_ref();
            let body = self
                .templates
                .render(name, &context)
                .map_err(|error| of_template(&self.name, name, &error))?;
            self.exact
                .entry((host.clone(), path))
                .or_insert_with(|| vec![fixed(name, Bytes::from(body))]);
        }
        Ok(())
    }

    fn add_pages(
        &mut self,
        place: &Place<'_>,
        host: &str,
        folder: &Spanned<String>,
    ) -> Result<(), SiteError> {
        let mut pages = place.files.below(folder.get_ref()).peekable();
        if pages.peek().is_none() {
            return Err(place.at(folder, "no file is below this folder", "write a page"));
        }
        for (below, bytes) in pages {
            self.exact
                .entry((host.to_ascii_lowercase(), page_path(below)))
                .or_insert_with(|| vec![fixed(below, Bytes::copy_from_slice(bytes))]);
        }
        Ok(())
    }
}

/// The path at which a file of a `pages` folder answers.
fn page_path(below: &str) -> String {
    match below.strip_suffix("index.html") {
        Some(directory) if directory.is_empty() || directory.ends_with('/') => {
            format!("/{directory}")
        }
        _ => format!("/{}", below.strip_suffix(".html").unwrap_or(below)),
    }
}

fn fixed(name: &str, body: Bytes) -> Answer {
    Answer {
        status: 200,
        headers: vec![("Content-Type".to_owned(), media_type(name).to_owned())],
        source: Source::Fixed(body),
        ..Answer::default()
    }
}

fn read_expected(files: &SiteFiles) -> Result<Expected, SiteError> {
    let text = files.text("expected.json")?;
    serde_json::from_str(text).map_err(|error| SiteError {
        file: format!("{}/expected.json", files.name()),
        line: Some(error.line()),
        problem: error.to_string(),
        remedy: "write it as `sandbox::Expected` says".to_owned(),
    })
}

/// Where in the fixtures something is written.
struct Place<'a> {
    files: &'a SiteFiles,
    text: &'a str,
    file: String,
}

impl Place<'_> {
    fn wrong(&self, offset: usize, problem: impl Into<String>, remedy: &str) -> SiteError {
        SiteError::of_file(&self.file, problem, remedy).at(self.text, offset)
    }

    fn at<T>(&self, value: &Spanned<T>, problem: impl Into<String>, remedy: &str) -> SiteError {
        self.wrong(value.span().start, problem, remedy)
    }

    /// Makes the answer that an entry describes.
    fn answer(&self, entry: &Entry) -> Result<Answer, SiteError> {
        let status = match &entry.status {
            None => 200,
            Some(status) if (200..600).contains(status.get_ref()) => *status.get_ref(),
            Some(status) => {
                return Err(self.at(status, "no final status", "use one from 200 to 599"));
            }
        };
        let (source, media) = self.source(entry)?;
        let mut headers: Vec<(String, String)> = Vec::new();
        if !entry
            .headers
            .keys()
            .any(|name| name.eq_ignore_ascii_case("content-type"))
        {
            headers.push(("Content-Type".to_owned(), media.to_owned()));
        }
        for (name, values) in &entry.headers {
            for value in values.as_slice() {
                headers.push((name.clone(), value.clone()));
            }
        }
        Ok(Answer {
            conditions: conditions(entry),
            status,
            headers,
            source,
            raw: self.raw(entry)?,
            times: entry.times,
            churn: entry.churn,
            told: AtomicU64::new(0),
            misbehavior: Misbehavior {
                delay_ms: entry.delay_ms,
                slow_header_ms_per_byte: entry.slow_header_ms_per_byte,
                slow_body_ms_per_byte: entry.slow_body_ms_per_byte,
                drop_after_bytes: entry.drop_after_bytes,
                endless: entry.endless,
                gzip_bomb_bytes: entry.gzip_bomb_bytes,
                gzip_bomb_ratio: entry.gzip_bomb_ratio,
                end: entry.end.unwrap_or_default(),
            },
        })
    }

    /// The bytes of `raw`, of which every letter is one.
    fn raw(&self, entry: &Entry) -> Result<Option<Bytes>, SiteError> {
        let Some(raw) = &entry.raw else {
            return Ok(None);
        };
        let bytes: Result<Vec<u8>, _> = raw.get_ref().chars().map(u8::try_from).collect();
        let beyond = |_| {
            let remedy = "write each byte as one letter up to \\u00FF";
            self.at(raw, "a letter of `raw` is no byte", remedy)
        };
        bytes.map(Bytes::from).map(Some).map_err(beyond)
    }

    fn source(&self, entry: &Entry) -> Result<(Source, &'static str), SiteError> {
        if let Some(path) = &entry.file {
            let bytes = self.files.get(path.get_ref()).ok_or_else(|| {
                self.at(path, "there is no such file in the site", "write the file")
            })?;
            let bytes = Bytes::copy_from_slice(bytes);
            return Ok((Source::Fixed(bytes), media_type(path.get_ref())));
        }
        if let Some(name) = &entry.template {
            if self.files.get(name.get_ref()).is_none() {
                return Err(self.at(name, "there is no such template", "write templates/..."));
            }
            let source = Source::Template {
                name: name.get_ref().clone(),
                values: Value::from(Serde(&entry.values)),
            };
            return Ok((source, media_type(name.get_ref())));
        }
        let body = entry.body.clone().unwrap_or_default();
        if entry.churn.is_some() {
            return Ok((Source::Text(body), media_type("")));
        }
        Ok((Source::Fixed(Bytes::from(body)), media_type("")))
    }
}

fn conditions(entry: &Entry) -> Conditions {
    Conditions {
        user_agent_contains: entry.user_agent_contains.clone(),
        user_agent_lacks: entry.user_agent_lacks.clone(),
        referrer_contains: entry.referrer_contains.clone(),
        cookie_contains: entry.cookie_contains.clone(),
        cookie_lacks: entry.cookie_lacks.clone(),
        query_contains: entry.query_contains.clone(),
        header: entry.header.clone(),
    }
}
