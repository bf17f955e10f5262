//! What program somebody is at, in words that its owner knows it by: "Firefox on Linux". Of what the program says of
//! itself nothing else is kept.

/// Browsers by what tells them apart, those first that also carry the names of those below.
const BROWSERS: [(&str, &str); 13] = [
    ("edg/", "Edge"),
    ("edga/", "Edge"),
    ("edgios/", "Edge"),
    ("opr/", "Opera"),
    ("samsungbrowser/", "Samsung Internet"),
    ("vivaldi/", "Vivaldi"),
    ("yabrowser/", "Yandex Browser"),
    ("firefox/", "Firefox"),
    ("fxios/", "Firefox"),
    ("headlesschrome/", "Chrome"),
    ("crios/", "Chrome"),
    ("chrome/", "Chrome"),
    // After all those that pretend to be it.
    ("safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 9] = [
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("android", "Android"),
    ("windows", "Windows"),
    ("cros", "ChromeOS"),
    ("mac os x", "macOS"),
    ("macintosh", "macOS"),
    ("linux", "Linux"),
    ("freebsd", "FreeBSD"),
];

/// Who does not say what it is, or was not asked: sessions may be older than the question.
pub const UNKNOWN: &str = "An unknown program";

/// Of a program's own name.
const LONGEST_NAME: usize = 30;

/// "Firefox on Linux" for a browser, "curl" for a program that says its name.
pub fn device_of(agent: &str) -> String {
    // Nobody's browser says more, and what follows is not worth the search.
    let said: String = agent.chars().take(512).collect::<String>().to_ascii_lowercase();
    let known = |table: &[(&str, &'static str)]| {
        table.iter().find(|(part, _)| said.contains(part)).map(|(_, name)| *name)
    };
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) if said.starts_with("mozilla/") => format!("A browser on {system}"),
        _ => program_of(agent),
    }
}

/// The first word up to its version, as far as it is one.
fn program_of(agent: &str) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let name: String = agent.chars().take_while(is_plain).take(LONGEST_NAME).collect();
    if name.chars().any(|c| c.is_ascii_alphabetic()) { name } else { UNKNOWN.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(agent: &str, device: &str) {
        assert_eq!(device_of(agent), device, "{agent}");
    }

    #[test]
    fn browsers_are_called_by_name() {
        check("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox on Linux");
        check(
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 \
             Safari/537.36 Edg/131.0.0.0",
            "Edge on Windows",
        );
        check(
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) \
             Version/18.1 Safari/605.1.15",
            "Safari on macOS",
        );
        check(
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
             CriOS/131.0 Mobile/15E148 Safari/604.1",
            "Chrome on iPhone",
        );
        check(
            "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) \
             SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
            "Samsung Internet on Android",
        );
        check(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/131.0 \
             Safari/537.36",
            "Chrome on Linux",
        );
        check("Mozilla/5.0 (Windows NT 10.0) Something/1", "A browser on Windows");
    }

    #[test]
    fn programs_say_their_name_and_nothing_else() {
        check("curl/8.5.0", "curl");
        check("python-requests/2.32.3", "python-requests");
        check("", "An unknown program");
        check("1234", "An unknown program");
        check("<script>alert(1)</script>", "An unknown program");
        check("evil\"><img src=x onerror=alert(1)>", "evil");
        check(&"x".repeat(10_000), &"x".repeat(30));
        check(&format!("{} firefox/1 linux", "é".repeat(10_000)), "An unknown program");
    }
}
