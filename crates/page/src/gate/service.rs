//! Addresses and scripts that check an age: services, wallets, cameras.

use model::{GateSign, PageUrl, RawHref};

/// What an address is for, as far as its form says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Behind {
    /// A service that checks documents, or an identity.
    Service,
    /// A service that estimates an age from a face.
    Estimate,
    /// A wallet, or the chip of a card.
    Wallet,
}

impl Behind {
    /// The sign that such an address is.
    pub(super) const fn sign(self) -> GateSign {
        match self {
            Self::Service | Self::Estimate => GateSign::Service,
            Self::Wallet => GateSign::Wallet,
        }
    }
}

/// Schemes by which a page asks a wallet (OpenID for Verifiable Presentations, ISO/IEC 18013-7) or
/// the client of a card (BSI TR-03124-1).
const WALLETS: &[&str] = &[
    "openid4vp:",
    "eudi-openid4vp:",
    "mdoc-openid4vp:",
    "haip:",
    "mdoc:",
    "openid-vc:",
    "eid:",
    "ausweisapp:",
];

/// Names of parameters that carry one run of a check.
const RUNS: &[&str] = &[
    "session",
    "sessionid",
    "session_id",
    "sid",
    "token",
    "nonce",
    "state",
    "client_id",
    "request_uri",
    "transaction",
    "transaction_id",
    "reference",
    "code_challenge",
    "verification_id",
];

/// What an address is for: by its scheme, by what it asks of a wallet, by the words of another
/// site's address, or by such words on the own site together with one run of a check.
pub(super) fn behind(href: &str, page: &PageUrl) -> Option<Behind> {
    let lower = href
        .trim()
        .get(..24)
        .unwrap_or(href.trim())
        .to_ascii_lowercase();
    if WALLETS.iter().any(|scheme| lower.starts_with(scheme)) {
        return Some(Behind::Wallet);
    }
    let target = RawHref::new(href).resolve(page).ok()?;
    let url = target.as_url();
    let mut asked = url.query_pairs().take(40);
    // The client of a card listens on this port of the visitor's own machine.
    let is_card = url.port() == Some(24_727) && url.path().eq_ignore_ascii_case("/eid-client");
    if is_card || asked.any(|(name, value)| name == "response_type" && value == "vp_token") {
        return Some(Behind::Wallet);
    }
    let is_away = !target.is_same_site(page);
    let mut run = url.query_pairs().take(40);
    let mut has_run = || run.any(|(name, _)| RUNS.contains(&name.to_ascii_lowercase().as_str()));
    let text =
        format!("{} {}", url.host_str().unwrap_or_default(), url.path()).to_ascii_lowercase();
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    let checks = if is_away {
        words.any(|word| {
            word.contains("verif") || SERVICES.iter().any(|name| word.starts_with(name))
        })
    } else {
        let mut steps = url.path().split(|c: char| !c.is_alphanumeric());
        steps.any(|step| {
            let step = step.to_ascii_lowercase();
            step.contains("verif") || SERVICES.iter().any(|name| step.starts_with(name))
        }) && has_run()
    };
    let estimates = ["estimat", "face", "facial", "selfie"]
        .iter()
        .any(|word| text.contains(word));
    match (checks, estimates) {
        (true, true) => Some(Behind::Estimate),
        (true, false) => Some(Behind::Service),
        _ => None,
    }
}

/// Beginnings of words in the addresses of such services, besides every word with `verif`: what they
/// do, and the names of some.
const SERVICES: &[&str] = &[
    "agecheck",
    "ageid",
    "agever",
    "idcheck",
    "idnow",
    "idv",
    "ident",
    "postident",
    "videoident",
    "eid",
    "ekyc",
    "kyc",
    "altersnachweis",
    "altersverif",
    "onfido",
    "jumio",
    "yoti",
    "ondato",
    "sumsub",
    "itsme",
    "bankid",
    "spid",
    "franceconnect",
];

/// Whether an address checks an age and nothing else: such a one shows a gate by itself.
pub(super) fn is_for_age(href: &str, page: &PageUrl) -> Option<Behind> {
    let found = behind(href, page)?;
    let lower = href.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    let says = words.any(|word| {
        matches!(word, "age" | "over18" | "18plus" | "alter")
            || word.starts_with("agever")
            || word.starts_with("agecheck")
            || word.starts_with("ageid")
            || word.starts_with("alters")
            || word.starts_with("verifyage")
            || word.starts_with("verifymyage")
    });
    (says || found == Behind::Wallet).then_some(found)
}

/// What a script asks a browser for, with the word that does.
pub(super) fn asked_by(script: &str) -> Option<(GateSign, &'static str)> {
    let has = |word: &str| memchr::memmem::find(script.as_bytes(), word.as_bytes()).is_some();
    if [
        "openid4vp",
        "org.iso.mdoc",
        "org-iso-mdoc",
        "DigitalCredential",
    ]
    .iter()
    .any(|word| has(word))
    {
        return Some((GateSign::Wallet, "digital credential"));
    }
    has("getUserMedia").then_some((GateSign::Camera, "getUserMedia"))
}
