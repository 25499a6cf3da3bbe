//! Why there is no answer, read off the chain of errors of the HTTP client.

use std::error::Error;
use std::io;

use model::{Declined, Reply, Unreachable};

use crate::names::NoAddress;
use crate::route::RouteError;

/// What became of a question whose request failed with `wrong` before the header fields were
/// complete.
pub(crate) fn reply(wrong: &reqwest::Error) -> Reply {
    let causes = Causes::of(wrong);
    let why = match causes {
        Causes {
            route: Some(RouteError::Refused),
            ..
        } => return Reply::Declined(Declined::Address),
        Causes {
            route: Some(RouteError::Name(NoAddress::NoName)),
            ..
        } => Unreachable::Dns,
        Causes {
            route: Some(RouteError::Name(NoAddress::Failed)),
            ..
        } => Unreachable::DnsFailed,
        Causes { tls: Some(why), .. } => why,
        Causes {
            too_large: true, ..
        } => Unreachable::HeadersTooLarge,
        _ if wrong.is_builder() => Unreachable::Protocol,
        Causes { io: Some(kind), .. } if wrong.is_connect() => while_connecting(kind),
        _ if wrong.is_connect() => Unreachable::Connect,
        _ if wrong.is_timeout() => Unreachable::Timeout,
        Causes { ended: true, .. } | Causes { io: Some(_), .. } => Unreachable::Reset,
        _ => Unreachable::Protocol,
    };
    Reply::Unreachable(why)
}

/// Whether a request failed by its connection, which ended before an answer came or gave what is no
/// answer. On one that was kept this says nothing of what was asked.
pub(crate) fn is_of_connection(wrong: &reqwest::Error) -> bool {
    let causes = Causes::of(wrong);
    !wrong.is_connect()
        && !causes.too_large
        && (causes.ended || causes.garbled || causes.io.is_some())
}

/// TCP itself never ends early while it connects: what does is the handshake of TLS.
fn while_connecting(kind: io::ErrorKind) -> Unreachable {
    match kind {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData => Unreachable::Tls,
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe => Unreachable::Reset,
        _ => Unreachable::Connect,
    }
}

/// What is wrong with a handshake: the certificate is evidence of who runs a site.
fn in_handshake(wrong: &rustls::Error) -> Unreachable {
    use rustls::CertificateError as Wrong;
    match wrong {
        rustls::Error::InvalidCertificate(why) => match why {
            Wrong::Expired
            | Wrong::ExpiredContext { .. }
            | Wrong::NotValidYet
            | Wrong::NotValidYetContext { .. } => Unreachable::TlsExpired,
            Wrong::NotValidForName | Wrong::NotValidForNameContext { .. } => {
                Unreachable::TlsOtherName
            }
            _ => Unreachable::TlsUntrusted,
        },
        _ => Unreachable::Tls,
    }
}

/// What the chain of an error holds.
#[derive(Debug, Default)]
struct Causes {
    route: Option<RouteError>,
    tls: Option<Unreachable>,
    /// The head of the answer is over a bound.
    too_large: bool,
    io: Option<io::ErrorKind>,
    /// The connection ended in the middle of a message, or before one.
    ended: bool,
    /// What came is no answer.
    garbled: bool,
}

impl Causes {
    fn of(wrong: &reqwest::Error) -> Self {
        let mut causes = Self::default();
        let mut next: Option<&(dyn Error + 'static)> = wrong.source();
        while let Some(error) = next {
            causes.note(error);
            next = error.source();
        }
        causes
    }

    fn note(&mut self, error: &(dyn Error + 'static)) {
        if let Some(route) = error.downcast_ref::<RouteError>() {
            self.route = Some(*route);
        }
        self.note_tls(error.downcast_ref());
        if let Some(http) = error.downcast_ref::<hyper::Error>() {
            self.too_large |= http.is_parse_too_large();
            self.garbled |= http.is_parse();
            self.ended |= http.is_incomplete_message() || http.is_closed() || http.is_canceled();
        }
        if let Some(wrapping) = error.downcast_ref::<io::Error>() {
            self.note_wrapped(wrapping);
        }
    }

    fn note_tls(&mut self, error: Option<&rustls::Error>) {
        if let Some(error) = error {
            self.tls.get_or_insert(in_handshake(error));
        }
    }

    /// The source of an `io::Error` is that of what it wraps, so what it wraps is not in the chain;
    /// and the innermost kind is the telling one.
    fn note_wrapped(&mut self, mut wrapping: &io::Error) {
        while let Some(inner) = wrapping.get_ref() {
            self.note_tls(inner.downcast_ref());
            match inner.downcast_ref() {
                Some(next) => wrapping = next,
                None => break,
            }
        }
        self.io.get_or_insert(wrapping.kind());
    }
}
