//! Times, lengths and amounts as people read them.

use admint_domain::Usd;
use chrono::{DateTime, Datelike, Timelike, Utc};
use leptos::prelude::*;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// "November 2026".
pub fn month_and_year(at: DateTime<Utc>) -> String {
    format!("{} {}", MONTHS[at.month0() as usize], at.year())
}

/// "23 November 2026".
fn date(at: DateTime<Utc>) -> String {
    format!("{} {}", at.day(), month_and_year(at))
}

/// "23 November 2026, 13:05 UTC".
pub(crate) fn date_and_time(at: DateTime<Utc>) -> String {
    format!("{}, {:02}:{:02} UTC", date(at), at.hour(), at.minute())
}

/// "2026-11-23T13:05:09Z", for machines.
pub(crate) fn machine_readable(at: DateTime<Utc>) -> String {
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        at.year(),
        at.month(),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// "0:15", with tenths where there are some: "0:13.8".
pub fn length(seconds: f64) -> String {
    let tenths = (seconds.max(0.0) * 10.0).round() as u64;
    let (whole, tenth) = (tenths / 10, tenths % 10);
    let clock = format!("{}:{:02}", whole / 60, whole % 60);
    if tenth == 0 { clock } else { format!("{clock}.{tenth}") }
}

/// "3.1 s".
pub fn short_length(seconds: f64) -> String {
    format!("{seconds:.1} s")
}

/// "About 20 seconds left": as exact as anybody can tell.
pub fn time_left(seconds: Option<f64>) -> Option<String> {
    let seconds = seconds?.max(0.0);
    Some(match seconds {
        ..8.0 => "A few seconds left".to_owned(),
        8.0..55.0 => format!("About {} seconds left", (seconds / 5.0).round() as u32 * 5),
        55.0..90.0 => "About a minute left".to_owned(),
        90.0..3_300.0 => format!("About {} minutes left", (seconds / 60.0).round() as u32),
        _ => match (seconds / 3_600.0).round() as u32 {
            ..=1 => "About an hour left".to_owned(),
            hours => format!("About {hours} hours left"),
        },
    })
}

/// "0:03": how long after the beginning; hours, where there are some.
pub fn after(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    match whole / 3_600 {
        0 => format!("{}:{:02}", whole / 60, whole % 60),
        hours => format!("{hours}:{:02}:{:02}", whole / 60 % 60, whole % 60),
    }
}

/// "$0.00"; an unknown price says so.
pub fn cost(amount: Option<Usd>) -> String {
    amount.map_or_else(|| "not known yet".into(), |amount| amount.to_string())
}

/// "3 minutes ago".
pub(crate) fn relative(seconds: i64) -> String {
    let ago = |count: i64, unit: &str| {
        let plural = if count == 1 { "" } else { "s" };
        format!("{count} {unit}{plural} ago")
    };
    match seconds {
        ..45 => "just now".into(),
        45..3_600 => ago((seconds / 60).max(1), "minute"),
        3_600..86_400 => ago(seconds / 3_600, "hour"),
        86_400..2_592_000 => ago(seconds / 86_400, "day"),
        2_592_000..31_536_000 => ago(seconds / 2_592_000, "month"),
        _ => ago(seconds / 31_536_000, "year"),
    }
}

/// A day.
#[component]
pub fn Day(at: DateTime<Utc>) -> impl IntoView {
    view! {
        <time datetime=machine_readable(at) title=date_and_time(at)>
            {date(at)}
        </time>
    }
}

/// The beginning of a text, cut between words, of at most about `most` letters.
pub fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let begin: String = text.chars().take(most).collect();
    let end = begin.rfind(' ').unwrap_or(begin.len());
    format!("{}…", &begin[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shortened_ends_at_a_word() {
        assert_eq!(shortened("Short enough", 60), "Short enough");
        let long = "Handmade leather running shoes that last ten years, free repairs included";
        assert_eq!(shortened(long, 60), "Handmade leather running shoes that last ten years, free…");
        assert_eq!(shortened(&"x".repeat(70), 60).chars().count(), 61);
    }

    #[test]
    fn lengths() {
        for (seconds, shown) in
            [(15.0, "0:15"), (13.75, "0:13.8"), (9.04, "0:09"), (75.0, "1:15"), (-1.0, "0:00")]
        {
            assert_eq!(length(seconds), shown);
        }
    }

    #[test]
    fn moments() {
        let at = DateTime::from_timestamp(1_795_439_109, 0).unwrap();
        assert_eq!(machine_readable(at), "2026-11-23T13:05:09Z");
        assert_eq!(date_and_time(at), "23 November 2026, 13:05 UTC");
        assert_eq!(month_and_year(at), "November 2026");
    }

    #[test]
    fn what_is_left() {
        for (seconds, shown) in [
            (0.0, "A few seconds left"),
            (21.0, "About 20 seconds left"),
            (54.9, "About 55 seconds left"),
            (70.0, "About a minute left"),
            (100.0, "About 2 minutes left"),
            (3_400.0, "About an hour left"),
            (9_000.0, "About 3 hours left"),
        ] {
            assert_eq!(time_left(Some(seconds)).as_deref(), Some(shown), "{seconds}");
        }
        assert_eq!(time_left(None), None);
        assert_eq!((after(3.2), after(3_725.0)), ("0:03".into(), "1:02:05".into()));
    }

    #[test]
    fn distances() {
        for (seconds, shown) in [
            (-5, "just now"),
            (44, "just now"),
            (59, "1 minute ago"),
            (7_300, "2 hours ago"),
            (86_400, "1 day ago"),
            (3_000_000, "1 month ago"),
            (70_000_000, "2 years ago"),
        ] {
            assert_eq!(relative(seconds), shown);
        }
    }

    #[test]
    fn an_unknown_cost_is_not_zero() {
        assert_eq!(cost(None), "not known yet");
        assert_eq!(cost(Some(Usd::ZERO)), "$0.00");
    }
}
