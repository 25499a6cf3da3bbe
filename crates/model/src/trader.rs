//! Who trades, as far as a page says it: what Regulation (EU) 2023/988, Article 19, and
//! Regulation (EU) 2022/2065, Article 30, ask a listing to show, and the logo of Implementing
//! Regulation (EU) No 699/2014. That something stands there is a fact, that it must is policy.

use serde::{Deserialize, Serialize};

use crate::{PageUrl, Span};

/// One statement of a page about who trades.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// What is said, white space collapsed, at most 300 characters.
    pub text: String,
    /// Where it stands in the body.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Span>,
    /// Whether its check digits hold, where the form has some that can be reckoned.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub holds: Option<bool>,
}

/// Who trades: each part only where the page states it in a form that such a part has.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Trader {
    /// Name of the person or company.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<Stated>,
    /// Postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<Stated>,
    /// Mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Stated>,
    /// Telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<Stated>,
    /// Trade register with the number in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub register: Option<Stated>,
    /// Number for value added tax, or the number for taxes that stands in its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vat: Option<Stated>,
    /// The manufacturer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<Stated>,
    /// The person in the Union who is responsible for the product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responsible_person: Option<Stated>,
}

impl Trader {
    /// Whether nothing is stated.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts().iter().all(|(_, part)| part.is_none())
    }

    /// Every part with its name, in the order of declaration.
    #[must_use]
    pub const fn parts(&self) -> [(&'static str, Option<&Stated>); 8] {
        [
            ("name", self.name.as_ref()),
            ("address", self.address.as_ref()),
            ("email", self.email.as_ref()),
            ("phone", self.phone.as_ref()),
            ("register", self.register.as_ref()),
            ("vat", self.vat.as_ref()),
            ("manufacturer", self.manufacturer.as_ref()),
            ("responsible person", self.responsible_person.as_ref()),
        ]
    }
}

/// The common logo of those who sell medicines at a distance (Implementing Regulation (EU) No
/// 699/2014): a picture that is it by its name or its words. Whether its target is an authority is
/// for the policy to say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MedicineLogo {
    /// Where the link around it leads; `None` for a picture that leads nowhere.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub target: Option<PageUrl>,
    /// The name or the words that show it.
    pub shows: String,
    /// Where it stands in the body.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub span: Option<Span>,
}
