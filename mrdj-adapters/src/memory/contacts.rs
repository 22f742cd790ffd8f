//! Reads people back.

use async_trait::async_trait;
use mrdj_core::contacts::{Contact, ContactBook, ContactKey};
use mrdj_core::error::PortError;

use super::Memory;

#[async_trait]
impl ContactBook for Memory {
    async fn find(&self, key: &ContactKey) -> Result<Option<Contact>, PortError> {
        Ok(self.record().contacts.get(key).cloned())
    }
}
