//! What a process under test is told.

use std::path::Path;

use crate::Partners;

/// Limits are off and waits are short, so that a test sees in seconds what happens in minutes; `data` is its own.
pub fn settings(data: &Path, partners: &Partners) -> Vec<(&'static str, String)> {
    let fixed = [
        ("PORT", "0"),
        ("LOG_FORMAT", "text"),
        ("RATE_LIMIT_MAX", "0"),
        ("CONTACT_RATE_LIMIT_MAX", "0"),
        ("MAIL_HOURLY_LIMIT", "0"),
        ("MAIL_LOOKUP_DELAY_MS", "500"),
        ("RENTGUY_RETRY_DELAY_MS", "200"),
        ("MAIL_RETRY_DELAY_MS", "200"),
        ("CIRCUIT_COOLDOWN_MS", "300"),
        ("CONFIG_DASHBOARD_ENABLED", "false"),
    ];
    let mut settings = vec![("DATA_DIR", data.display().to_string())];
    settings.extend(fixed.map(|(key, value)| (key, value.to_owned())));
    settings.extend(partners.settings());
    settings
}
