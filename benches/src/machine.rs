//! The machine a figure belongs to.

use std::fs;
use std::time::Duration;

/// One line about the machine: processors, kernel, compiler profile.
pub fn machine() -> String {
    let cpus = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown");
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!("{cpus} processors ({}), Linux {}", model.trim_start_matches([' ', '\t', ':']), kernel.trim())
}

/// The processor time that a process has taken so far.
pub fn processor_time(pid: u32) -> Duration {
    // Fields 14 and 15 (user, kernel), counted from behind the name, which may hold anything; in hundredths of a second.
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest).split_whitespace();
    let hundredths: u64 = fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum();
    Duration::from_millis(hundredths * 10)
}

/// The resident memory of a process in kB, now and at its highest.
pub(crate) fn resident_kb(pid: u32) -> Option<(u64, u64)> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let field = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().trim_end_matches(" kB").trim().parse().ok()
    };
    Some((field("VmRSS:")?, field("VmHWM:")?))
}
