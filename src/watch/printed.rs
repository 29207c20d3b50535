//! What makes this machine look on a schedule: a systemd unit and timer, a crontab line, a task of Windows.

use std::path::Path;

use jiff::civil::Time;

/// Whose scheduler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scheduler {
    /// A service and a timer of systemd.
    Systemd,
    /// A line of a crontab.
    Cron,
    /// A task of Windows' Task Scheduler.
    Task,
}

/// What is printed for a scheduler: the program, the workspace and the time of the day it looks at.
pub fn printed(
    scheduler: Scheduler,
    program: &Path,
    workspace: &Path,
    at: Time,
    zone: Option<&str>,
) -> String {
    let (program, folder) = (program.display().to_string(), workspace.display().to_string());
    match scheduler {
        Scheduler::Systemd => systemd(&program, &folder, at, zone),
        Scheduler::Cron => {
            let zone = zone.map(|zone| format!("CRON_TZ={zone}\n")).unwrap_or_default();
            format!(
                "# crontab -e\n{zone}{} {} * * * {} watch --once --quiet --workspace {}\n",
                at.minute(),
                at.hour(),
                shell(&program).replace('%', "\\%"),
                shell(&folder).replace('%', "\\%")
            )
        }
        Scheduler::Task => format!(
            "schtasks /Create /TN seatdrift /SC DAILY /ST {:02}:{:02} /TR \"\\\"{program}\\\" watch --once --quiet \
             --workspace \\\"{folder}\\\"\"\n",
            at.hour(),
            at.minute()
        ),
    }
}

fn systemd(program: &str, folder: &str, at: Time, zone: Option<&str>) -> String {
    let zone = zone.map(|zone| format!(" {zone}")).unwrap_or_default();
    format!(
        "# /etc/systemd/system/seatdrift.service\n\
         [Unit]\nDescription=seatdrift looks at what is bought and billed\nWants=network-online.target\n\
         After=network-online.target\n\n\
         [Service]\nType=oneshot\nExecStart={program} watch --once --quiet --workspace {folder}\n\
         # The user that owns the workspace.\n\
         User=seatdrift\n\
         # A line a key; seatdrift.toml says {{ credential = \"pax8-secret\" }}.\n\
         # LoadCredential=pax8-secret:/etc/seatdrift/pax8-secret\n\
         ReadWritePaths={paths}\nProtectSystem=strict\nProtectHome=read-only\nPrivateTmp=yes\nPrivateDevices=yes\n\
         NoNewPrivileges=yes\nProtectKernelTunables=yes\nProtectKernelModules=yes\nProtectControlGroups=yes\n\
         RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX\nRestrictNamespaces=yes\nLockPersonality=yes\n\
         MemoryDenyWriteExecute=yes\nCapabilityBoundingSet=\nSystemCallArchitectures=native\nUMask=0077\n\n\
         # /etc/systemd/system/seatdrift.timer\n\
         [Unit]\nDescription=seatdrift looks every day\n\n\
         [Timer]\nOnCalendar=*-*-* {hour:02}:{minute:02}:00{zone}\n# A look that was missed is made at the next start.\n\
         Persistent=true\nRandomizedDelaySec=120\n\n\
         [Install]\nWantedBy=timers.target\n\n\
         # systemctl enable --now seatdrift.timer\n",
        program = unit(program),
        paths = unit(folder),
        folder = unit(folder),
        hour = at.hour(),
        minute = at.minute(),
    )
}

/// A word of a unit's command.
///
/// Source: systemd.service(5), "COMMAND LINES"; systemd.unit(5), "SPECIFIERS".
fn unit(word: &str) -> String {
    let escaped =
        word.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%").replace('$', "$$");
    match escaped.contains(char::is_whitespace) {
        true => format!("\"{escaped}\""),
        false => escaped,
    }
}

/// A word of a shell's command.
fn shell(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@".contains(c);
    match word.chars().all(is_plain) {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(scheduler: Scheduler, folder: &str) -> String {
        let at = "06:30".parse().unwrap();
        printed(
            scheduler,
            Path::new("/usr/bin/seatdrift"),
            Path::new(folder),
            at,
            Some("Europe/Berlin"),
        )
    }

    #[test]
    fn a_folder_with_odd_letters_is_one_word() {
        let cron = of(Scheduler::Cron, "/srv/it's 100%");
        assert!(cron.contains("30 6 * * * /usr/bin/seatdrift watch"), "{cron}");
        assert!(cron.ends_with("--workspace '/srv/it'\\''s 100\\%'\n"), "{cron}");
        let unit = of(Scheduler::Systemd, "/srv/a b%");
        assert!(unit.contains("--workspace \"/srv/a b%%\"\n"), "{unit}");
        assert!(unit.contains("OnCalendar=*-*-* 06:30:00 Europe/Berlin\n"), "{unit}");
        let task = of(Scheduler::Task, "C:\\MSP data");
        assert!(task.contains("/ST 06:30"), "{task}");
    }
}
