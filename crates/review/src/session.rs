//! Who is at the desk: invitations that work once, and the sessions that came of them.

use std::time::{Duration, Instant};

use crate::secret::Secret;

/// Sessions at once; beyond it the one that was idle longest ends.
const SESSIONS: usize = 32;
/// Invitations that wait; beyond it the oldest ends.
const INVITATIONS: usize = 16;
/// After so long without a request a session ends.
const IDLE: Duration = Duration::from_secs(12 * 60 * 60);

/// Invitations and sessions.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    invitations: Vec<Secret>,
    open: Vec<Session>,
}

/// A reviewer's browser.
#[derive(Debug)]
struct Session {
    key: Secret,
    form: Secret,
    /// The name that was given last, offered again.
    reviewer: String,
    used: Instant,
}

/// What a page must know of the session that asks for it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Visitor {
    /// The session's word for forms.
    pub(crate) form: String,
    /// The name that was given last.
    pub(crate) reviewer: String,
    /// The key, for what changes the session.
    key: String,
}

impl Sessions {
    /// A word that opens one session.
    pub(crate) fn invite(&mut self) -> Result<Secret, getrandom::Error> {
        let token = Secret::draw()?;
        if self.invitations.len() >= INVITATIONS {
            self.invitations.remove(0);
        }
        self.invitations.push(token.clone());
        Ok(token)
    }

    /// The key of a new session for a token that is good, which it is no longer then.
    pub(crate) fn enter(&mut self, token: &str) -> Result<Option<Secret>, getrandom::Error> {
        // Every invitation is compared, so that the time does not tell which one was near.
        let mut found = None;
        for (place, invitation) in self.invitations.iter().enumerate() {
            if invitation.is(token) {
                found = Some(place);
            }
        }
        let Some(place) = found else {
            return Ok(None);
        };
        let session = Session {
            key: Secret::draw()?,
            form: Secret::draw()?,
            reviewer: String::new(),
            used: Instant::now(),
        };
        self.invitations.remove(place);
        if self.open.len() >= SESSIONS {
            self.open.sort_by_key(|session| session.used);
            self.open.remove(0);
        }
        let key = session.key.clone();
        self.open.push(session);
        Ok(Some(key))
    }

    /// Who has this key.
    pub(crate) fn visitor(&mut self, key: &str) -> Option<Visitor> {
        self.open.retain(|session| session.used.elapsed() < IDLE);
        let session = self.session(key)?;
        session.used = Instant::now();
        Some(Visitor {
            form: session.form.reveal().to_owned(),
            reviewer: session.reviewer.clone(),
            key: key.to_owned(),
        })
    }

    /// Whether a word is that of the visitor's forms.
    pub(crate) fn is_form_of(&mut self, visitor: &Visitor, word: &str) -> bool {
        self.session(&visitor.key)
            .is_some_and(|session| session.form.is(word))
    }

    /// Remembers the name that a reviewer gave.
    pub(crate) fn name(&mut self, visitor: &Visitor, reviewer: &str) {
        if let Some(session) = self.session(&visitor.key) {
            session.reviewer = reviewer.trim().chars().take(200).collect();
        }
    }

    /// Ends a session.
    pub(crate) fn leave(&mut self, visitor: &Visitor) {
        self.open.retain(|session| !session.key.is(&visitor.key));
    }

    fn session(&mut self, key: &str) -> Option<&mut Session> {
        let mut found = None;
        for session in &mut self.open {
            if session.key.is(key) {
                found = Some(session);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_opens_one_session() {
        let mut sessions = Sessions::default();
        let token = sessions.invite().unwrap();
        assert!(sessions.enter("wrong").unwrap().is_none());
        let key = sessions.enter(token.reveal()).unwrap().unwrap();
        assert!(sessions.enter(token.reveal()).unwrap().is_none());
        let visitor = sessions.visitor(key.reveal()).unwrap();
        assert!(sessions.is_form_of(&visitor, &visitor.form.clone()));
        assert!(!sessions.is_form_of(&visitor, key.reveal()));
        sessions.leave(&visitor);
        assert!(sessions.visitor(key.reveal()).is_none());
    }

    #[test]
    fn the_session_that_was_idle_longest_makes_room() {
        let mut sessions = Sessions::default();
        let mut keys = Vec::new();
        for _ in 0..=SESSIONS {
            let token = sessions.invite().unwrap();
            keys.push(sessions.enter(token.reveal()).unwrap().unwrap());
        }
        assert!(sessions.visitor(keys[0].reveal()).is_none());
        assert!(sessions.visitor(keys[1].reveal()).is_some());
    }
}
