//! Points in time in JSON: RFC 3339, as chrono writes them, in UTC.
//!
//! chrono's own reader knows every calendar and offset there is, which the browser's bundle pays for with
//! 6 KiB; here only what the server writes is read.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

pub fn serialize<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    at.serialize(serializer)
}

pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    let text = String::deserialize(deserializer)?;
    read(&text).ok_or_else(|| D::Error::custom("a point in time is wanted, such as 2026-11-23T13:05:09Z"))
}

/// The same for what may be `null`.
pub mod option {
    use super::{DateTime, Deserialize, Deserializer, Error, Serializer, Utc, read};

    pub fn serialize<S: Serializer>(at: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
        match at {
            Some(at) => super::serialize(at, serializer),
            None => serializer.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
        let wrong = || D::Error::custom("a point in time is wanted, such as 2026-11-23T13:05:09Z");
        read(&text).map(Some).ok_or_else(wrong)
    }
}

/// `2026-11-23T13:05:09.123456Z`, with up to nine digits of a second or none.
fn read(text: &str) -> Option<DateTime<Utc>> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.splitn(3, '-').map(str::parse::<u32>);
    let mut next = || date.next()?.ok();
    let day = NaiveDate::from_ymd_opt(next()?.try_into().ok()?, next()?, next()?)?;
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    let mut time = time.splitn(3, ':').map(str::parse::<u32>);
    let mut next = || time.next()?.ok();
    let (hour, minute, second) = (next()?, next()?, next()?);
    if fraction.len() > 9 {
        return None;
    }
    let nanos = if fraction.is_empty() { 0 } else { fraction.parse::<u32>().ok()? };
    let nanos = nanos * 10_u32.pow(9 - fraction.len() as u32);
    Some(day.and_hms_nano_opt(hour, minute, second, nanos)?.and_utc())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read_again(seconds in 0..4_000_000_000_i64, micros in 0..1_000_000_u32) {
            let at = DateTime::from_timestamp(seconds, micros * 1000).unwrap();
            let json = serde_json::to_string(&Wrapped(at)).unwrap();
            prop_assert_eq!(serde_json::from_str::<Wrapped>(&json).unwrap().0, at);
        }
    }

    #[derive(serde::Serialize, Deserialize)]
    struct Wrapped(#[serde(with = "super")] DateTime<Utc>);

    #[test]
    fn nothing_else_is_read() {
        for text in [
            "",
            "Z",
            "2026-11-23",
            "2026-11-23T13:05:09",
            "2026-13-23T13:05:09Z",
            "2026-02-30T13:05:09Z",
            "2026-11-23T24:05:09Z",
            "2026-11-23T13:05Z",
            "2026-11-23T13:05:09.1234567890Z",
            "2026-11-23T13:05:09+01:00",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
