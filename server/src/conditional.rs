//! Conditional requests: what `If-None-Match` and its kin ask for.

use axum::http::{HeaderMap, HeaderValue, header};

#[derive(Debug, PartialEq, Eq)]
pub enum Precondition {
    /// Nothing speaks against what was asked, range or not.
    AsAsked,
    /// A range of another version was asked for: send the whole file.
    Whole,
    NotModified,
    Failed,
}

/// RFC 9110, section 13.2.2, for a strong tag and no date.
pub fn precondition(headers: &HeaderMap, etag: &[u8]) -> Precondition {
    let listed = |name: header::HeaderName, weak: bool| {
        let values: Vec<&[u8]> = headers.get_all(name).iter().map(HeaderValue::as_bytes).collect();
        (!values.is_empty()).then(|| {
            values.iter().flat_map(|value| value.split(|byte| *byte == b',')).any(|tag| {
                let tag = tag.trim_ascii();
                let tag = if weak { tag.strip_prefix(b"W/").unwrap_or(tag) } else { tag };
                tag == b"*" || tag == etag
            })
        })
    };
    if listed(header::IF_MATCH, false) == Some(false) {
        return Precondition::Failed;
    }
    if listed(header::IF_NONE_MATCH, true) == Some(true) {
        return Precondition::NotModified;
    }
    match headers.get(header::IF_RANGE) {
        // A date too: there is none to compare it with, and the whole file is never wrong.
        Some(value) if value.as_bytes().trim_ascii() != etag => Precondition::Whole,
        _ => Precondition::AsAsked,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(headers: &[(header::HeaderName, &'static str)], expected: Precondition) {
        let headers = headers.iter().map(|(k, v)| (k.clone(), HeaderValue::from_static(v))).collect();
        assert_eq!(precondition(&headers, b"\"abc\""), expected, "{headers:?}");
    }

    #[test]
    fn preconditions() {
        use header::{IF_MATCH, IF_NONE_MATCH, IF_RANGE};
        check(&[], Precondition::AsAsked);
        check(&[(IF_NONE_MATCH, "\"abc\"")], Precondition::NotModified);
        check(&[(IF_NONE_MATCH, "\"x\", W/\"abc\"")], Precondition::NotModified);
        check(&[(IF_NONE_MATCH, "*")], Precondition::NotModified);
        check(&[(IF_NONE_MATCH, "\"x\"")], Precondition::AsAsked);
        check(&[(IF_MATCH, "\"x\"")], Precondition::Failed);
        check(&[(IF_MATCH, "W/\"abc\"")], Precondition::Failed);
        check(&[(IF_MATCH, "\"abc\"")], Precondition::AsAsked);
        check(&[(IF_RANGE, "\"abc\"")], Precondition::AsAsked);
        check(&[(IF_RANGE, "W/\"abc\"")], Precondition::Whole);
        check(&[(IF_RANGE, "\"x\"")], Precondition::Whole);
        check(&[(IF_RANGE, "Mon, 23 Nov 2026 12:00:00 GMT")], Precondition::Whole);
    }
}
