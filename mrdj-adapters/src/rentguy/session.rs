//! Calls of a service account: logged in once, and again when the token is refused.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use mrdj_core::error::{ErrorKind, PortError};
use mrdj_core::secret::Secret;
use url::Url;

use super::ServiceAccount;
use super::client::{is_ready, send};
use super::config::ready_beside;
use super::error::{Operation, refused};
use super::wire_project::{Login, Token};
use crate::outbound::{Answer, Call, Outbound};

/// An account and the token it was given last; clones share it.
#[derive(Clone, Debug)]
pub(super) struct Session {
    account: ServiceAccount,
    outbound: Outbound,
    /// To log in takes it a third of a second, so the token is kept for as long as it is taken.
    token: Arc<Mutex<Option<Secret>>>,
}

impl Session {
    pub(super) fn new(account: ServiceAccount, outbound: Outbound) -> Self {
        Self { account, outbound, token: Arc::default() }
    }

    /// Where `path` lies.
    pub(super) fn at(&self, path: &str) -> Url {
        self.account.base.join(path)
    }

    /// Sends what `begin` writes, and gives its answer where that is a success.
    pub(super) async fn send(
        &self,
        operation: Operation,
        now: Timestamp,
        begin: impl Fn(&Outbound) -> Call + Sync,
    ) -> Result<Answer, PortError> {
        let answer = self.ask(operation, now, begin).await?;
        match answer.status {
            200..=299 => Ok(answer),
            401 => Err(operation.error(ErrorKind::Misconfigured, "401: the token of the service account is refused")),
            403 => Err(operation.error(ErrorKind::Misconfigured, "403: the service account may not do this")),
            500 if !is_ready(&self.outbound, &ready_beside(&self.account.base), now).await => {
                Err(operation.database_away())
            }
            _ => Err(refused(operation, &answer, now)),
        }
    }

    async fn ask(
        &self,
        operation: Operation,
        now: Timestamp,
        begin: impl Fn(&Outbound) -> Call + Sync,
    ) -> Result<Answer, PortError> {
        if let Some(token) = self.token() {
            let answer = send(operation, begin(&self.outbound).bearer(&token), now).await?;
            if answer.status != 401 {
                return Ok(answer);
            }
        }
        // There was none, or it ran out: whatever is refused with 401 was not looked at.
        let token = self.log_in(now).await?;
        send(operation, begin(&self.outbound).bearer(&token), now).await
    }

    async fn log_in(&self, now: Timestamp) -> Result<Secret, PortError> {
        let call = self.outbound.post(self.at("auth/login")).json(&Login::from(&self.account));
        let answer = send(Operation::LogIn, call, now).await?;
        match answer.status {
            200..=299 => {
                let token = serde_json::from_slice(&answer.body).map(|Token { access_token }| access_token);
                let token = token.map_err(|_| Operation::LogIn.unconfirmed(answer.status))?;
                self.keep(Some(token.clone()));
                Ok(token)
            }
            status @ (400 | 401 | 403 | 422) => {
                self.keep(None);
                let summary = format!("{status}: the service account is refused");
                Err(Operation::LogIn.error(ErrorKind::Misconfigured, summary))
            }
            500 if !is_ready(&self.outbound, &ready_beside(&self.account.base), now).await => {
                Err(Operation::LogIn.database_away())
            }
            _ => Err(refused(Operation::LogIn, &answer, now)),
        }
    }

    fn token(&self) -> Option<Secret> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn keep(&self, token: Option<Secret>) {
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
    }
}
