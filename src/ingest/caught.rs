//! The one door to readers of others: they panic on damaged bytes.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

thread_local! {
    static READING: Cell<bool> = const { Cell::new(false) };
}

/// How many reads are going on: their threads of others' pools are known by name only.
static N_READING: AtomicUsize = AtomicUsize::new(0);

/// What a reader of others gives; `None` where it panics over damaged bytes, of which nothing is printed.
pub fn caught<T>(read: impl FnOnce() -> T) -> Option<T> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let is_pool = thread::current().name().is_some_and(|name| name.starts_with("polars"));
            let is_read = READING.get() || is_pool && N_READING.load(Ordering::Relaxed) > 0;
            if !is_read {
                before(panic);
            }
        }));
    });
    let outer = READING.replace(true);
    N_READING.fetch_add(1, Ordering::Relaxed);
    let given = panic::catch_unwind(AssertUnwindSafe(read));
    N_READING.fetch_sub(1, Ordering::Relaxed);
    READING.set(outer);
    given.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_nothing_and_the_next_read_goes_on() {
        assert_eq!(caught(|| -> u8 { panic!("damaged") }), None);
        assert_eq!(caught(|| 5), Some(5));
    }
}
