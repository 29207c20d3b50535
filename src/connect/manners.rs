//! How servers are asked: one ask at a time a host, no faster than it wants, again where it was not ready, and
//! never sooner than it said.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use crate::ask::{Answer, Ask};
use crate::hour::{HOUR, Hour};
use crate::source::Manners;
use crate::time::Time;
use crate::transport::{Lost, Transport};
use crate::trouble::Trouble;
use seatdrift_engine::files::FileError;

/// How often something is tried that a server fails to do.
const TRIES: u32 = 5;

/// The first wait where the server names none; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_secs(2);

/// The longest of these.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What was asked of each host, shared by all sources that are read at once.
#[derive(Debug, Default)]
pub struct Queues {
    hosts: Mutex<HashMap<String, Arc<Mutex<Queue>>>>,
    /// What earlier processes asked.
    hour: Option<Hour>,
}

/// What was asked of one host.
#[derive(Debug, Default)]
struct Queue {
    /// When each ask of the last hour is an hour ago.
    ends: VecDeque<Duration>,
    /// When the next may be sent.
    free_at: Duration,
}

impl Queues {
    /// That go on where earlier processes were.
    pub fn going_on(hour: Hour) -> Self {
        Self { hour: Some(hour), ..Self::default() }
    }

    /// Keeps for the next process what was asked.
    ///
    /// # Errors
    ///
    /// [`FileError`] where it could not be saved.
    pub fn save(&self) -> Result<(), FileError> {
        self.hour.as_ref().map_or(Ok(()), Hour::save)
    }

    fn of(&self, host: &str, time: &dyn Time) -> Arc<Mutex<Queue>> {
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = || {
            let before = self.hour.iter().flat_map(|hour| hour.left(host, time.now()));
            let ends = before.map(|left| time.elapsed() + left).collect();
            Arc::new(Mutex::new(Queue { ends, free_at: Duration::ZERO }))
        };
        hosts.entry(host.to_owned()).or_insert_with(begun).clone()
    }
}

impl Queue {
    /// When the next ask may be sent, by the source's manners.
    fn next_slot(&mut self, now: Duration, manners: &Manners) -> Duration {
        while self.ends.front().is_some_and(|end| *end <= now) {
            self.ends.pop_front();
        }
        let mut slot = self.free_at.max(now);
        if let Some(most) = manners.per_hour {
            let most = most as usize;
            if self.ends.len() >= most {
                slot = slot.max(self.ends[self.ends.len() - most]);
            }
        }
        slot
    }

    fn sent(&mut self, at: Duration, manners: &Manners) {
        self.ends.push_back(at + HOUR);
        self.free_at = at + Duration::from_secs(1) / manners.per_second.max(1);
    }
}

/// Sends the asks of one source.
pub struct Polite<'a> {
    transport: &'a dyn Transport,
    time: &'a dyn Time,
    queues: &'a Queues,
    manners: Manners,
    jitter: Xoshiro256PlusPlus,
    /// When the source has to be read.
    ends_at: Duration,
    limit: Duration,
    /// How often something was sent.
    pub n_sent: usize,
    /// How long it was waited because servers asked for it.
    pub waited: Duration,
}

/// Why an ask is sent again.
enum Again {
    /// The server said when.
    After(Duration),
    /// It did not say when.
    Later,
}

impl<'a> Polite<'a> {
    /// For one source, which has to be read within `limit`.
    pub fn new(
        transport: &'a dyn Transport,
        (time, queues): (&'a dyn Time, &'a Queues),
        manners: Manners,
        seed: u64,
        limit: Duration,
    ) -> Self {
        Self {
            transport,
            time,
            queues,
            manners,
            jitter: Xoshiro256PlusPlus::seed_from_u64(seed),
            ends_at: time.elapsed() + limit,
            limit,
            n_sent: 0,
            waited: Duration::ZERO,
        }
    }

    /// What was answered, after as many tries as it takes and are decent. A refusal is an answer.
    ///
    /// # Errors
    ///
    /// [`Trouble`] where the server cannot be reached, fails every time, or asks for more time than there is.
    pub fn send(&mut self, ask: &Ask) -> Result<Answer, Trouble> {
        self.wait(ask, ask.after)?;
        let mut n_tries = 0;
        loop {
            n_tries += 1;
            let answered = self.send_once(ask)?;
            let again = match &answered {
                Ok(answer) => self.again(answer),
                Err(_) => Some(Again::Later),
            };
            let Some(again) = again else { return answered.map_err(|lost| lost_words(ask, lost)) };
            if n_tries == TRIES {
                return Err(given_up(ask, answered, n_tries));
            }
            let wait = match again {
                Again::After(wait) => wait,
                Again::Later => self.back_off(n_tries),
            };
            self.waited += wait;
            self.wait(ask, wait)?;
        }
    }

    /// Sends it when it is its turn.
    fn send_once(&mut self, ask: &Ask) -> Result<Result<Answer, Lost>, Trouble> {
        let host = ask.address().host();
        let queue = self.queues.of(host, self.time);
        // Held while the host answers: one worker a host.
        let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.time.elapsed();
        let slot = queue.next_slot(now, &self.manners);
        self.wait(ask, slot.saturating_sub(now))?;
        queue.sent(self.time.elapsed(), &self.manners);
        if let Some(hour) = self.queues.hour.as_ref().filter(|_| self.manners.per_hour.is_some()) {
            hour.asked(host, self.time.now(), self.time.elapsed());
        }
        self.n_sent += 1;
        let answered = self.transport.send(ask);
        Ok(answered.map(|answer| Answer { status: (self.manners.status)(&answer), ..answer }))
    }

    /// Whether and when to ask again.
    fn again(&self, answer: &Answer) -> Option<Again> {
        let is_busy = matches!(answer.status, 429 | 503);
        let is_failing = matches!(answer.status, 408 | 500 | 502 | 504);
        if !is_busy && !is_failing {
            return None;
        }
        let named = retry_after(answer, self.time.now())
            .or_else(|| (self.manners.wait_seconds)(answer).map(Duration::from_secs));
        Some(named.map_or(Again::Later, Again::After))
    }

    /// Twice as long each time, and never the same for two who were refused at once.
    fn back_off(&mut self, n_tries: u32) -> Duration {
        let whole = (FIRST_WAIT * 2_u32.pow(n_tries - 1)).min(LONGEST_WAIT);
        whole.mul_f64(self.jitter.gen_range(0.5..1.0))
    }

    fn wait(&self, ask: &Ask, wait: Duration) -> Result<(), Trouble> {
        let left = self.ends_at.saturating_sub(self.time.elapsed());
        if left.is_zero() {
            let limit_minutes = self.limit.as_secs() / 60;
            return Err(Trouble::TooLong { what: ask.what.clone(), limit_minutes });
        }
        if wait > left {
            return Err(Trouble::Busy {
                what: ask.what.clone(),
                host: ask.address().host().to_owned(),
                wait_seconds: wait.as_secs(),
                left_seconds: left.as_secs(),
            });
        }
        if !wait.is_zero() {
            self.time.wait(wait);
        }
        Ok(())
    }
}

/// What `Retry-After` says, in full: seconds, or a moment by the server's own clock.
fn retry_after(answer: &Answer, now: Timestamp) -> Option<Duration> {
    let text = answer.header("retry-after")?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let until = httpdate::parse_http_date(text).ok()?;
    // The clock here may have been moved; the server's stands beside.
    let server = answer.header("date").and_then(|date| httpdate::parse_http_date(date).ok());
    let now = server.unwrap_or_else(|| now.into());
    Some(until.duration_since(now).unwrap_or_default())
}

fn lost_words(ask: &Ask, lost: Lost) -> Trouble {
    let (what, host) = (ask.what.clone(), ask.address().host().to_owned());
    match lost {
        Lost::Unreachable(why) => Trouble::Unreachable { what, host, why },
        Lost::Cut(why) => Trouble::Cut { what, host, why },
    }
}

fn given_up(ask: &Ask, answered: Result<Answer, Lost>, tries: u32) -> Trouble {
    match answered {
        Err(lost) => lost_words(ask, lost),
        Ok(answer) => Trouble::Failing {
            what: ask.what.clone(),
            host: ask.address().host().to_owned(),
            status: answer.status,
            said: crate::said::of(&answer),
            tries,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;

    /// Time that passes when it is waited for.
    #[derive(Default)]
    struct MadeUpTime {
        passed: Mutex<Duration>,
        waits: Mutex<Vec<Duration>>,
    }

    impl Time for MadeUpTime {
        fn now(&self) -> Timestamp {
            "2026-11-18T06:30:00Z".parse().unwrap()
        }

        fn elapsed(&self) -> Duration {
            *self.passed.lock().unwrap()
        }

        fn wait(&self, how_long: Duration) {
            *self.passed.lock().unwrap() += how_long;
            self.waits.lock().unwrap().push(how_long);
        }
    }

    /// Gives answers one after the other, the last one for ever.
    struct Script(Mutex<Vec<Result<Answer, Lost>>>);

    impl Transport for Script {
        fn send(&self, _: &Ask) -> Result<Answer, Lost> {
            let mut answers = self.0.lock().unwrap();
            if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() }
        }
    }

    fn answer(status: u16, headers: &[(&str, &str)]) -> Result<Answer, Lost> {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        Ok(Answer { status, headers: headers.collect(), body: Vec::new() })
    }

    /// What comes of an ask, and how long was waited, in seconds.
    fn sent(answers: Vec<Result<Answer, Lost>>) -> (Result<Answer, Trouble>, Vec<f64>) {
        let (time, queues) = (MadeUpTime::default(), Queues::default());
        let script = Script(Mutex::new(answers));
        let hour = Duration::from_secs(3600);
        let mut polite = Polite::new(&script, (&time, &queues), Manners::USUAL, 7, hour);
        let ask = Ask::get("agreements", Address::parse("api.example.com").unwrap());
        let answered = polite.send(&ask);
        let waits = time.waits.lock().unwrap().iter().map(Duration::as_secs_f64).collect();
        (answered, waits)
    }

    #[test]
    fn what_the_server_asks_for_is_waited_in_full() {
        let (answered, waits) =
            sent(vec![answer(429, &[("retry-after", "300")]), answer(200, &[])]);
        assert_eq!(answered.unwrap().status, 200);
        assert_eq!(waits, [300.0]);
    }

    #[test]
    fn a_date_is_waited_for_by_the_servers_own_clock() {
        let headers = [
            ("retry-after", "Tue, 01 Jan 2030 00:05:00 GMT"),
            ("date", "Tue, 01 Jan 2030 00:00:00 GMT"),
        ];
        let (_, waits) = sent(vec![answer(503, &headers), answer(200, &[])]);
        assert_eq!(waits, [300.0]);
    }

    #[test]
    fn without_a_word_from_the_server_each_wait_is_longer() {
        let (answered, waits) = sent(vec![answer(429, &[])]);
        assert_eq!(waits.len(), 4);
        for (wait, whole) in waits.iter().zip([2.0, 4.0, 8.0, 16.0]) {
            assert!((whole / 2.0..whole).contains(wait), "{waits:?}");
        }
        let said = answered.unwrap_err().to_string();
        assert_eq!(said, "agreements: api.example.com answered 429 after 5 tries");
    }

    #[test]
    fn a_wait_that_is_longer_than_the_pull_may_take_is_not_begun() {
        let (answered, waits) = sent(vec![answer(429, &[("retry-after", "7200")])]);
        let said = answered.unwrap_err().to_string();
        assert!(said.ends_with("asks to wait 7200 s, and 3600 s are left of this pull"), "{said}");
        assert!(waits.is_empty());
    }

    #[test]
    fn a_refusal_is_not_asked_again() {
        let (answered, waits) = sent(vec![answer(401, &[])]);
        assert_eq!((answered.unwrap().status, waits.len()), (401, 0));
    }

    #[test]
    fn half_an_answer_is_asked_for_again() {
        let half = || Err(Lost::Cut("10 of 20 bytes came".to_owned()));
        let (answered, _) = sent(vec![half(), answer(200, &[])]);
        assert_eq!(answered.unwrap().status, 200);
        let (answered, _) = sent(vec![half()]);
        assert!(matches!(answered, Err(Trouble::Cut { .. })));
    }

    #[test]
    fn half_of_the_hour_is_left_to_others() {
        let (time, queues) = (MadeUpTime::default(), Queues::default());
        let script = Script(Mutex::new(vec![answer(200, &[])]));
        let manners = Manners { per_hour: Some(3), per_second: 1000, ..Manners::USUAL };
        let day = Duration::from_secs(86_400);
        let mut polite = Polite::new(&script, (&time, &queues), manners, 7, day);
        let ask = Ask::get("agreements", Address::parse("api.example.com").unwrap());
        (0..7).for_each(|_| drop(polite.send(&ask).unwrap()));
        assert!(time.elapsed() >= 2 * HOUR && time.elapsed() < 2 * HOUR + Duration::from_secs(1));
    }

    #[test]
    fn what_another_process_asked_within_the_hour_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("asked.json");
        let manners = Manners { per_hour: Some(3), per_second: 1000, ..Manners::USUAL };
        let ask = Ask::get("agreements", Address::parse("api.example.com").unwrap());
        // Two pulls in one minute, of two asks each: the fourth ask is that of the next hour.
        let waited = [(), ()].map(|()| {
            let time = MadeUpTime::default();
            let queues = Queues::going_on(Hour::open(path.clone(), time.now()).unwrap());
            let script = Script(Mutex::new(vec![answer(200, &[])]));
            let mut polite = Polite::new(&script, (&time, &queues), manners, 7, 2 * HOUR);
            (0..2).for_each(|_| drop(polite.send(&ask).unwrap()));
            queues.save().unwrap();
            time.elapsed()
        });
        assert!(waited[0] < Duration::from_secs(1), "{waited:?}");
        assert!(HOUR <= waited[1], "{waited:?}");
    }
}
