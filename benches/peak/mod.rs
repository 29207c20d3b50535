//! The most memory a command ever held, on Linux.

use std::process::{Command, Stdio};
use std::time::Duration;

/// Prints it.
pub(crate) fn print_peak(name: &str, command: &mut Command) {
    match peak_kib(command) {
        Some(kib) => println!("peak memory: {name}: {} MB", kib * 1024 / 1_000_000),
        None => println!("peak memory: {name}: ended before it could be asked"),
    }
}

/// The most resident memory of a command, asked for every millisecond until it ends.
fn peak_kib(command: &mut Command) -> Option<u64> {
    let mut child =
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    while child.try_wait().expect("a child of ours").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        peak = peak.max(kib);
        std::thread::sleep(Duration::from_millis(1));
    }
    peak
}
