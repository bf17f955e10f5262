//! What part of a file a `Range` asks for (RFC 9110, section 14).

use std::ops::Range;

use axum::http::{HeaderMap, Method, header};

#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    /// All of it: no range, several, or something that is none. Only a range that lies outside is refused.
    Whole,
    Part(Range<u64>),
    Unsatisfiable,
}

/// What is asked for of a file of `bytes` bytes. Ranges belong to GET alone, and what is no range of bytes is to be
/// ignored; several need not be honoured.
pub fn asked(method: &Method, headers: &HeaderMap, bytes: u64) -> Asked {
    let mut values = headers.get_all(header::RANGE).iter();
    let (Some(value), None, &Method::GET) = (values.next(), values.next(), method) else {
        return Asked::Whole;
    };
    let Some(parts) = value.to_str().ok().and_then(parse) else { return Asked::Whole };
    let mut within = parts.iter().filter_map(|part| part.within(bytes));
    match (within.next(), &parts[..]) {
        (None, _) => Asked::Unsatisfiable,
        (Some(range), [_]) => Asked::Part(range),
        (Some(_), _) => Asked::Whole,
    }
}

/// One range as it is written. Numbers beyond those of a machine lie beyond any file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// `first-last` or `first-`
    From(u64, Option<u64>),
    /// `-length`
    Last(u64),
}

impl Part {
    fn within(self, bytes: u64) -> Option<Range<u64>> {
        match self {
            Self::From(first, last) => {
                let end = last.map_or(bytes, |last| last.saturating_add(1).min(bytes));
                (first < bytes).then_some(first..end)
            }
            Self::Last(length) => (length > 0 && bytes > 0).then(|| bytes.saturating_sub(length)..bytes),
        }
    }
}

/// None for what is no list of ranges of bytes.
fn parse(value: &str) -> Option<Vec<Part>> {
    let (unit, list) = value.split_once('=')?;
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return None;
    }
    // A list may have empty elements (section 5.6.1.2), but not those alone.
    let elements = list.split(',').map(|element| element.trim_matches([' ', '\t']));
    let parts: Vec<Part> = elements.filter(|element| !element.is_empty()).map(part).collect::<Option<_>>()?;
    (!parts.is_empty()).then_some(parts)
}

fn part(text: &str) -> Option<Part> {
    let (first, last) = text.split_once('-')?;
    match (first, last) {
        ("", last) => Some(Part::Last(number(last)?)),
        (first, "") => Some(Part::From(number(first)?, None)),
        (first, last) => {
            let is_backwards = longer(first, last)?;
            (!is_backwards).then_some(Part::From(number(first)?, Some(number(last)?)))
        }
    }
}

/// Digits alone; the greatest there is for more than fits.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// Whether the first number is the greater, however many digits they have.
fn longer(first: &str, last: &str) -> Option<bool> {
    number(first).and(number(last))?;
    let [first, last] = [first, last].map(|digits| digits.trim_start_matches('0'));
    Some((first.len(), first) > (last.len(), last))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[track_caller]
    fn check(range: &'static str, expected: Asked) {
        let headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static(range))]);
        assert_eq!(asked(&Method::GET, &headers, 10), expected, "{range}");
        assert_eq!(asked(&Method::HEAD, &headers, 10), Asked::Whole, "{range}");
    }

    #[test]
    fn one_range() {
        check("bytes=0-0", Asked::Part(0..1));
        check("bytes=2-4", Asked::Part(2..5));
        check("bytes=5-", Asked::Part(5..10));
        check("bytes=-3", Asked::Part(7..10));
        check("bytes=-999", Asked::Part(0..10));
        check("bytes=0-999", Asked::Part(0..10));
        check("bytes=9-18446744073709551615", Asked::Part(9..10));
        check("bytes=9-99999999999999999999999999", Asked::Part(9..10));
        check("bytes=-99999999999999999999999999", Asked::Part(0..10));
        check("BYTES= 2-4 ,", Asked::Part(2..5));
        check("bytes=0002-04", Asked::Part(2..5));
    }

    #[test]
    fn outside_of_the_file() {
        check("bytes=10-", Asked::Unsatisfiable);
        check("bytes=10-11", Asked::Unsatisfiable);
        check("bytes=-0", Asked::Unsatisfiable);
        check("bytes=18446744073709551616-", Asked::Unsatisfiable);
        check("bytes=20-, 30-40, -0", Asked::Unsatisfiable);
    }

    #[test]
    fn several_are_answered_with_the_whole() {
        check("bytes=0-0,5-6", Asked::Whole);
        check("bytes=0-0,20-", Asked::Whole);
    }

    #[test]
    fn what_is_no_range_is_ignored() {
        for range in [
            "",
            "bytes",
            "bytes=",
            "bytes=,",
            "bytes=-",
            "bytes=a-b",
            "bytes=4-2",
            "bytes=1-2-3",
            "bytes=+1-2",
            "bytes=0x1-2",
            "bytes=1 -2",
            "items=0-1",
            "0-1",
            "bytes:0-1",
            "bytes=--1",
            "bytes=0-1,x",
            "bytes=99999999999999999999-99999999999999999998",
        ] {
            check(range, Asked::Whole);
        }
    }

    #[test]
    fn an_empty_file_has_no_part() {
        let headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_static("bytes=0-"))]);
        assert_eq!(asked(&Method::GET, &headers, 0), Asked::Unsatisfiable);
        assert_eq!(asked(&Method::GET, &HeaderMap::new(), 0), Asked::Whole);
    }

    #[test]
    fn two_headers_are_none() {
        let mut headers = HeaderMap::new();
        headers.append(header::RANGE, HeaderValue::from_static("bytes=0-1"));
        headers.append(header::RANGE, HeaderValue::from_static("bytes=2-3"));
        assert_eq!(asked(&Method::GET, &headers, 10), Asked::Whole);
    }
}
