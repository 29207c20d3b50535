//! Who may read what is written: as the umask says for what is new, as before for what is replaced.

use std::fs::{File, Metadata};
use std::io;

/// Lets a temporary file that takes a new place be as readable as the umask allows: such files are private
/// unless told otherwise.
#[cfg(unix)]
pub(super) fn as_umask_says(builder: &mut tempfile::Builder<'_, '_>) {
    use std::os::unix::fs::PermissionsExt;
    builder.permissions(std::fs::Permissions::from_mode(0o666));
}

/// Other systems have no umask.
#[cfg(not(unix))]
pub(super) fn as_umask_says(_builder: &mut tempfile::Builder<'_, '_>) {}

/// Gives a new file or folder, opened, the rights of the one it takes the place of, and its owner and group
/// where this user may.
///
/// # Errors
///
/// What the system says when the rights cannot be set.
#[cfg(unix)]
pub(super) fn as_before(new: &File, before: &Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
    let now = new.metadata()?;
    let mut mode = before.mode() & 0o777;
    if (now.uid(), now.gid()) != (before.uid(), before.gid()) {
        let gid = Some(before.gid());
        let is_kept = fchown(new, Some(before.uid()), gid).or_else(|_| fchown(new, None, gid));
        if is_kept.is_err() {
            // Another group would come to what the old one had: it gets what everybody has.
            mode &= 0o707 | ((mode & 0o007) << 3);
        }
    }
    if new.metadata()?.mode() & 0o777 == mode {
        return Ok(());
    }
    new.set_permissions(std::fs::Permissions::from_mode(mode))
}

/// Other systems give a file the rights of its folder.
#[cfg(not(unix))]
pub(super) fn as_before(_new: &File, _before: &Metadata) -> io::Result<()> {
    Ok(())
}
