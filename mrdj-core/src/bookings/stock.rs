//! What can be booked, and when it is not there.

use jiff::civil::Date;

use super::{Block, BlockId, BookingError, Bookings, Resource};
use crate::error::PortError;
use crate::id::Id;
use crate::store::{Change, Changes};

impl Bookings {
    /// Keeps a resource as it is now.
    pub async fn keep_resource(&self, resource: &Resource) -> Result<(), BookingError> {
        resource.check().map_err(BookingError::Resource)?;
        self.store.commit(Changes::new().with(Change::KeepResource(resource.clone()))).await?;
        self.seat_line(self.clock.now()).await?;
        Ok(())
    }

    /// The blocked days from `from` and before `to`, by day.
    pub async fn blocks(&self, from: Date, to: Date) -> Result<Vec<Block>, PortError> {
        self.calendar.blocks(from, to).await
    }

    /// Blocks a day for a resource, whatever is booked on it.
    pub async fn block(&self, resource: &str, day: Date, reason: &str) -> Result<Block, BookingError> {
        let resources = self.resources().await?;
        let resource = resources.iter().find(|one| one.id.as_str() == resource);
        let resource = resource.ok_or(BookingError::Unknown("resource"))?;
        let id = Id::new(self.clock.now(), &*self.chance);
        let block = Block::new(id, resource, day, &self.rules.zone, reason);
        self.store.commit(Changes::new().with(Change::Block(block.clone()))).await?;
        Ok(block)
    }

    /// Blocks a day no more; who waits for it moves up.
    pub async fn unblock(&self, id: BlockId) -> Result<(), BookingError> {
        let blocks = self.calendar.blocks(Date::MIN, Date::MAX).await?;
        if !blocks.iter().any(|block| block.id == id) {
            return Err(BookingError::Unknown("blocked day"));
        }
        self.store.commit(Changes::new().with(Change::Unblock(id))).await?;
        self.seat_line(self.clock.now()).await?;
        Ok(())
    }
}
