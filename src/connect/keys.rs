//! Where a key is → the key. None is ever in the workspace.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::secret::Secret;
use seatdrift_engine::files::{self, FileError};
use seatdrift_engine::sources::SecretPlace;

/// Longest key that is read, in bytes.
const LONGEST: u64 = 1 << 16;

/// The variable in which systemd says where a unit's credentials are.
///
/// Source: systemd.exec(5), "CREDENTIALS".
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// A key that could not be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// No such variable.
    #[error("the variable {0} is not set in the environment")]
    NoVariable(String),
    /// No credentials were given to this process.
    #[error("{CREDENTIALS} is not set: this process was not given any credential")]
    NoCredentials,
    /// A credential's name with a slash in it.
    #[error("expected the name of a credential, found {0:?}")]
    NotAName(String),
    /// The file lies in the workspace.
    #[error("{}: a key never lies in the workspace", path.display())]
    InWorkspace {
        /// The file.
        path: PathBuf,
    },
    /// The program could not be run.
    #[error("{program} cannot be run")]
    NotRun {
        /// Its name.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// The program failed.
    #[error("{program} ended with {status}, and what it said is not shown")]
    Failed {
        /// Its name.
        program: String,
        /// How it ended.
        status: String,
    },
    /// There is nothing.
    #[error("what is there is empty")]
    Empty,
    /// What is there is no text.
    #[error("what is there is no text of one line")]
    NoText,
    /// The disk.
    #[error(transparent)]
    File(#[from] FileError),
}

impl KeyError {
    /// What to do about it; `None` where the text says all there is.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::InWorkspace { .. } => Some(
                "move it to a folder of your own, such as ~/.config/seatdrift: workspaces are shared and backed up"
                    .to_owned(),
            ),
            Self::File(error) => error.hint(),
            Self::NoCredentials => {
                Some("in a systemd unit: LoadCredential=NAME:/path/of/the/key".to_owned())
            }
            _ => None,
        }
    }
}

/// Reads a key of a workspace at `root`.
///
/// # Errors
///
/// [`KeyError`] where there is none, or where others might read it.
pub fn key(place: &SecretPlace, root: &Path) -> Result<Secret, KeyError> {
    let bytes = match place {
        SecretPlace::Env(name) => {
            let value = std::env::var(name).map_err(|_| KeyError::NoVariable(name.clone()))?;
            value.into_bytes()
        }
        SecretPlace::Credential(name) => {
            if name.is_empty() || name.contains(['/', '\\']) || name == ".." {
                return Err(KeyError::NotAName(name.clone()));
            }
            let folder = std::env::var_os(CREDENTIALS).ok_or(KeyError::NoCredentials)?;
            // Whoever gave it has seen to its rights.
            files::read(&Path::new(&folder).join(name), LONGEST)?
        }
        SecretPlace::File(path) => {
            outside(path, root)?;
            files::read_private(path, LONGEST)?
        }
        SecretPlace::Command(words) => printed(words)?,
    };
    let text = String::from_utf8(bytes).map_err(|_| KeyError::NoText)?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(KeyError::Empty),
        text if text.contains(['\r', '\n', '\0']) => Err(KeyError::NoText),
        text => Ok(Secret::new(text)),
    }
}

/// Passes for a path that does not lie in the workspace, whatever links lead there.
///
/// # Errors
///
/// [`KeyError::InWorkspace`].
pub fn outside(path: &Path, root: &Path) -> Result<(), KeyError> {
    let whole = |path: &Path| {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // A file that is not there yet is where its folder is.
        let folder = absolute.parent().and_then(|folder| folder.canonicalize().ok());
        let placed = folder.zip(absolute.file_name()).map(|(folder, name)| folder.join(name));
        absolute.canonicalize().ok().or(placed).unwrap_or(absolute)
    };
    match whole(path).starts_with(whole(root)) {
        true => Err(KeyError::InWorkspace { path: path.to_owned() }),
        false => Ok(()),
    }
}

fn printed(words: &[String]) -> Result<Vec<u8>, KeyError> {
    let (program, arguments) = words.split_first().ok_or(KeyError::Empty)?;
    let done = Command::new(program)
        .args(arguments)
        .stdin(Stdio::inherit())
        .stderr(Stdio::null())
        .output()
        .map_err(|source| KeyError::NotRun { program: program.clone(), source })?;
    match done.status.success() {
        true => Ok(done.stdout),
        false => {
            Err(KeyError::Failed { program: program.clone(), status: done.status.to_string() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_the_workspace_is_refused_whatever_way_leads_there() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("acme-msp");
        files::write_private(&root.join("keys/pax8"), b"made-up").unwrap();
        files::write_private(&folder.path().join("pax8"), b"made-up\n").unwrap();
        let read = |path: PathBuf| key(&SecretPlace::File(path), &root);
        for inside in ["keys/pax8", "../acme-msp/keys/pax8", "not-there-yet"] {
            let said = read(root.join(inside));
            assert!(matches!(said, Err(KeyError::InWorkspace { .. })), "{inside}: {said:?}");
        }
        assert_eq!(read(folder.path().join("pax8")).unwrap().expose(), "made-up");
    }

    #[cfg(unix)]
    #[test]
    fn a_program_prints_the_key_and_its_failure_shows_nothing_of_it() {
        let words = |text: &str| ["sh", "-c", text].map(str::to_owned).to_vec();
        let run = |text: &str| key(&SecretPlace::Command(words(text)), Path::new("/nowhere"));
        assert_eq!(run("echo made-up").unwrap().expose(), "made-up");
        let said = run("echo planted; echo planted >&2; exit 3").unwrap_err().to_string();
        assert_eq!(said, "sh ended with exit status: 3, and what it said is not shown");
        assert!(matches!(run("true"), Err(KeyError::Empty)));
    }
}
