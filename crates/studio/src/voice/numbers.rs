//! How numbers are said: prices, shares, ordinals, years, measures, times.

use num2words::Num2Words;

/// Whether `next` is a unit, written with a space, of the number in `piece`.
pub fn belongs(piece: &str, next: &str) -> bool {
    let next = next.trim_end_matches([',', '.', '!', '?', ';', ':']);
    let number = piece.ends_with(|c: char| c.is_ascii_digit())
        && Amount::read(piece).is_some_and(|a| a.unit.is_empty());
    let sign = matches!(piece, "$" | "\u{20ac}" | "\u{a3}");
    (number
        && (matches!(next, "%" | "\u{20ac}" | "$" | "\u{a3}")
            || unit(next).is_some_and(|_| next != "in" && next != "a")))
        || (sign && next.starts_with(|c: char| c.is_ascii_digit()))
}

/// `None` for what is no number, or a number with something about it that is none of ours.
pub fn say(core: &str) -> Option<String> {
    if !core.contains(|c: char| c.is_ascii_digit()) {
        return match core {
            "\u{bd}" => Some("one half".into()),
            "\u{bc}" => Some("one quarter".into()),
            "\u{be}" => Some("three quarters".into()),
            _ => None,
        };
    }
    clock(core)
        .or_else(|| telephone(core))
        .or_else(|| fraction(core))
        .or_else(|| rate(core))
        .or_else(|| range(core))
        .or_else(|| Amount::read(core)?.say())
}

/// Runs of digits and runs of anything else: "SPF30" is "SPF" and "30".
pub fn runs(word: &str) -> Vec<&str> {
    let mut runs = Vec::new();
    let mut start = 0;
    let mut before: Option<bool> = None;
    for (at, c) in word.char_indices() {
        let digit = c.is_ascii_digit();
        if before.is_some_and(|before| before != digit) {
            runs.push(&word[start..at]);
            start = at;
        }
        before = Some(digit);
    }
    runs.push(&word[start..]);
    runs
}

/// "-$1,299.50K+" taken apart.
struct Amount<'a> {
    minus: bool,
    currency: Option<Currency>,
    whole: i64,
    /// As written, without the separators of thousands.
    digits: String,
    /// After the decimal point, as written.
    fraction: &'a str,
    unit: &'a str,
}

#[derive(Clone, Copy)]
struct Currency {
    one: &'static str,
    many: &'static str,
    cent: &'static str,
    cents: &'static str,
}

fn currency(sign: &str) -> Option<Currency> {
    let of = |one, many, cent, cents| Some(Currency { one, many, cent, cents });
    match sign {
        "$" | "US$" | "C$" | "A$" | "USD" => of("dollar", "dollars", "cent", "cents"),
        "\u{20ac}" | "EUR" => of("euro", "euros", "cent", "cents"),
        "\u{a3}" | "GBP" => of("pound", "pounds", "penny", "pence"),
        "\u{a5}" => of("yen", "yen", "sen", "sen"),
        "\u{20b9}" => of("rupee", "rupees", "paisa", "paise"),
        _ => None,
    }
}

impl<'a> Amount<'a> {
    fn read(core: &'a str) -> Option<Self> {
        let first = core.find(|c: char| c.is_ascii_digit())?;
        let (sign, rest) = core.split_at(first);
        let minus = sign.starts_with(['-', '\u{2212}']);
        let sign = sign.trim_start_matches(['-', '\u{2212}']);
        let hash = sign == "#";
        if !(sign.is_empty() || hash || currency(sign).is_some()) {
            return None;
        }
        let mut end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let mut digits = rest[..end].to_owned();
        // Thousands come in threes; anything else after a comma is a decimal of another country.
        while let Some(group) = rest[end..].strip_prefix(',').and_then(|after| after.get(..3)) {
            let more = rest[end + 4..].starts_with(|c: char| c.is_ascii_digit());
            if !group.bytes().all(|b| b.is_ascii_digit()) || more {
                break;
            }
            digits.push_str(group);
            end += 4;
        }
        let mut fraction = "";
        if let Some(after) = rest[end..].strip_prefix(['.', ',']) {
            let length = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
            fraction = &after[..length];
            end += if length == 0 { 0 } else { 1 + length };
        }
        Some(Self {
            minus,
            currency: currency(sign),
            whole: digits.parse().ok().filter(|_| digits.len() <= 15)?,
            digits: if hash { format!("#{digits}") } else { digits },
            fraction,
            unit: &rest[end..],
        })
    }

    fn say(&self) -> Option<String> {
        let spoken = match self.currency.or_else(|| currency(self.unit)) {
            Some(currency) => self.price(currency)?,
            None => self.measure()?,
        };
        Some(if self.minus { format!("minus {spoken}") } else { spoken })
    }

    fn price(&self, currency: Currency) -> Option<String> {
        let Currency { one, many, cent, cents } = currency;
        let mut unit = if self.currency.is_some() { self.unit } else { "" };
        let more = unit.ends_with('+');
        unit = unit.trim_end_matches(['+', '-', '\u{2013}']);
        if let Some(scale) = scale(unit) {
            return Some(format!("{} {scale} {many}", self.cardinal()));
        }
        if !unit.is_empty() {
            return None;
        }
        let part: i64 = format!("{:0<2}", self.fraction).get(..2)?.parse().ok()?;
        let spoken = match (self.whole, part) {
            (whole, 0) => format!("{} {}", cardinal(whole), if whole == 1 { one } else { many }),
            (0, part) => format!("{} {}", cardinal(part), if part == 1 { cent } else { cents }),
            // "Nineteen ninety-nine" on every price tag, but not "one thousand two hundred ninety-nine fifty".
            (whole, part) if whole < 1000 => {
                let oh = if part < 10 { "oh " } else { "" };
                format!("{} {oh}{}", cardinal(whole), cardinal(part))
            }
            (whole, part) => format!("{} {many} and {} {cents}", cardinal(whole), cardinal(part)),
        };
        Some(if more { format!("{spoken} plus") } else { spoken })
    }

    /// Anything but a price.
    fn measure(&self) -> Option<String> {
        let lower = self.unit.to_lowercase();
        let number = self.cardinal();
        let one = self.whole == 1 && self.fraction.is_empty();
        if let Some(digits) = self.digits.strip_prefix('#') {
            return Some(format!("number {}", cardinal(digits.parse().ok()?)))
                .filter(|_| self.unit.is_empty());
        }
        Some(match lower.as_str() {
            "" if self.is_year() => year(self.whole),
            "" => number,
            "%" => format!("{number} percent"),
            "+" => format!("{number} plus"),
            "%+" => format!("{number} percent plus"),
            "x" | "\u{d7}" => format!("{number} {}", if one { "time" } else { "times" }),
            "st" | "nd" | "rd" | "th" if self.fraction.is_empty() => {
                Num2Words::new(self.whole).ordinal().to_words().ok()?
            }
            "s" | "'s" if self.fraction.is_empty() => {
                plural(&if self.digits.len() == 4 { year(self.whole) } else { number })
            }
            "am" => format!("{number} A.M."),
            "pm" => format!("{number} P.M."),
            "k" if self.whole <= 8 && self.unit == "K" && self.fraction.is_empty() => format!("{number} K"),
            _ => match (scale(self.unit), unit(self.unit)) {
                (Some(scale), _) => format!("{number} {scale}"),
                (None, Some((one_unit, _))) if one => format!("{number} {one_unit}"),
                (None, Some((_, many))) => format!("{number} {many}"),
                (None, None) => return None,
            },
        })
    }

    fn cardinal(&self) -> String {
        // A number that begins with 0 is a code and no amount.
        if self.digits.len() > 1 && self.digits.starts_with('0') {
            return digit_by_digit(&self.digits);
        }
        let whole = cardinal(self.whole);
        if self.fraction.is_empty() {
            whole
        } else {
            format!("{whole} point {}", digit_by_digit(self.fraction))
        }
    }

    fn is_year(&self) -> bool {
        self.digits.len() == 4 && self.fraction.is_empty() && (1900..2100).contains(&self.whole)
    }
}

fn cardinal(number: i64) -> String {
    Num2Words::new(number)
        .to_words()
        .unwrap_or_else(|_| digit_by_digit(&number.to_string()))
        .replace(" and ", " ")
}

/// "zero one two".
pub fn digit_by_digit(digits: &str) -> String {
    digits
        .bytes()
        .filter(u8::is_ascii_digit)
        .map(|digit| cardinal(i64::from(digit - b'0')))
        .collect::<Vec<_>>()
        .join(" ")
}

/// "nineteen eighty-four", "two thousand five", "twenty twenty-six".
fn year(year: i64) -> String {
    match (year / 100, year % 100) {
        (20, rest @ 0..=9) => {
            format!("two thousand {}", if rest == 0 { String::new() } else { cardinal(rest) })
                .trim_end()
                .to_owned()
        }
        (century, 0) => format!("{} hundred", cardinal(century)),
        (century, rest @ 1..=9) => format!("{} oh {}", cardinal(century), cardinal(rest)),
        (century, rest) => format!("{} {}", cardinal(century), cardinal(rest)),
    }
}

fn plural(number: &str) -> String {
    match number.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None if number.ends_with('x') => format!("{number}es"),
        None => format!("{number}s"),
    }
}

fn scale(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "k" | "K" => "thousand",
        "M" | "mio" => "million",
        "B" | "bn" => "billion",
        _ => return None,
    })
}

/// One and many of a unit that follows its number.
fn unit(symbol: &str) -> Option<(&'static str, &'static str)> {
    Some(match symbol {
        "ml" | "mL" => ("milliliter", "milliliters"),
        "cl" => ("centiliter", "centiliters"),
        "l" | "L" => ("liter", "liters"),
        "mg" => ("milligram", "milligrams"),
        "g" => ("gram", "grams"),
        "kg" => ("kilogram", "kilograms"),
        "lb" | "lbs" => ("pound", "pounds"),
        "oz" => ("ounce", "ounces"),
        "mm" => ("millimeter", "millimeters"),
        "cm" => ("centimeter", "centimeters"),
        "m" => ("meter", "meters"),
        "km" => ("kilometer", "kilometers"),
        "ft" => ("foot", "feet"),
        "in" => ("inch", "inches"),
        "mi" => ("mile", "miles"),
        "mph" => ("mile per hour", "miles per hour"),
        "s" | "sec" | "secs" => ("second", "seconds"),
        "min" | "mins" => ("minute", "minutes"),
        "h" | "hr" | "hrs" => ("hour", "hours"),
        "yr" | "yrs" => ("year", "years"),
        "kcal" => ("calorie", "calories"),
        "W" => ("watt", "watts"),
        "kW" => ("kilowatt", "kilowatts"),
        "kWh" => ("kilowatt hour", "kilowatt hours"),
        "mAh" => ("milliamp hour", "milliamp hours"),
        "V" => ("volt", "volts"),
        "GB" => ("gigabyte", "gigabytes"),
        "TB" => ("terabyte", "terabytes"),
        "MB" => ("megabyte", "megabytes"),
        "Hz" => ("hertz", "hertz"),
        "dB" => ("decibel", "decibels"),
        "\u{b0}" => ("degree", "degrees"),
        "\u{b0}C" => ("degree Celsius", "degrees Celsius"),
        "\u{b0}F" => ("degree Fahrenheit", "degrees Fahrenheit"),
        "\u{a2}" => ("cent", "cents"),
        "pcs" => ("piece", "pieces"),
        _ => return None,
    })
}

/// "7:30", "9:05pm".
fn clock(core: &str) -> Option<String> {
    let (hour, rest) = core.split_once(':')?;
    let minutes = rest.get(..2)?;
    let half = match rest[2..].trim_matches('.').to_lowercase().as_str() {
        "" => "",
        "am" | "a.m" => " A.M.",
        "pm" | "p.m" => " P.M.",
        _ => return None,
    };
    let (hour, minutes): (i64, i64) = (hour.parse().ok()?, minutes.parse().ok()?);
    if !(0..=24).contains(&hour) || !(0..60).contains(&minutes) {
        return None;
    }
    let minutes = match (minutes, half) {
        (0, "") => " o'clock".to_owned(),
        (0, _) => String::new(),
        (1..=9, _) => format!(" oh {}", cardinal(minutes)),
        _ => format!(" {}", cardinal(minutes)),
    };
    Some(format!("{}{minutes}{half}", cardinal(hour)))
}

/// "555-0123", "800-555-0123": digit by digit, with a breath at the hyphens.
fn telephone(core: &str) -> Option<String> {
    let groups: Vec<&str> = core.split('-').collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    let digits = groups.iter().all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()));
    let known = matches!(lengths.as_slice(), [3, 4] | [3, 3, 4] | [1, 3, 3, 4]);
    (digits && known).then(|| groups.iter().map(|group| digit_by_digit(group)).collect::<Vec<_>>().join(", "))
}

/// "1/2", "3/4".
fn fraction(core: &str) -> Option<String> {
    let (top, bottom) = core.split_once('/')?;
    let (top, bottom): (i64, i64) = (top.parse().ok()?, bottom.parse().ok()?);
    let part = match bottom {
        2 if top == 1 => "half".to_owned(),
        4 => "quarter".to_owned(),
        3 | 5..=10 => Num2Words::new(bottom).ordinal().to_words().ok()?,
        _ => return None,
    };
    (0 < top && top < bottom).then(|| format!("{} {part}{}", cardinal(top), if top == 1 { "" } else { "s" }))
}

/// "$9/month", "4.9/5".
fn rate(core: &str) -> Option<String> {
    let (amount, per) = core.split_once('/')?;
    let per = match per.to_lowercase().as_str() {
        "mo" | "month" => "a month",
        "yr" | "year" => "a year",
        "wk" | "week" => "a week",
        "day" => "a day",
        "h" | "hr" | "hour" => "an hour",
        "kg" => "a kilogram",
        "lb" => "a pound",
        "night" => "a night",
        "person" | "pp" => "a person",
        "5" => "out of five",
        "10" => "out of ten",
        _ => return None,
    };
    Some(format!("{} {per}", say(amount)?))
}

/// "20-30%", "9am\u{2013}5pm".
fn range(core: &str) -> Option<String> {
    let at = core.char_indices().skip(1).find(|(_, c)| matches!(c, '-' | '\u{2013}'))?;
    let (from, to) = (&core[..at.0], &core[at.0 + at.1.len_utf8()..]);
    if to.contains(['-', '\u{2013}'])
        || !to.starts_with(|c: char| c.is_ascii_digit() || currency(&c.to_string()).is_some())
    {
        return None;
    }
    // "$20-30" names its unit once; the voice names it at the end.
    let (low, high) = (Amount::read(from)?, Amount::read(to)?);
    match (low.currency, high.currency) {
        (Some(unit), None) if low.fraction.is_empty() && low.unit.is_empty() => {
            Some(format!("{} to {}", low.cardinal(), high.price(unit)?))
        }
        _ => Some(format!("{} to {}", low.say()?, high.say()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, spoken: &str) {
        assert_eq!(say(written).as_deref(), Some(spoken).filter(|spoken| !spoken.is_empty()), "{written}");
    }

    #[test]
    fn prices_are_said_as_on_a_price_tag() {
        check("$29", "twenty-nine dollars");
        check("$1", "one dollar");
        check("$19.99", "nineteen ninety-nine");
        check("$4.5", "four fifty");
        check("$3.05", "three oh five");
        check("$12.00", "twelve dollars");
        check("$0.99", "ninety-nine cents");
        check("\u{a3}0.50", "fifty pence");
        check("29\u{20ac}", "twenty-nine euros");
        check("\u{20ac}4,90", "four ninety");
        check("$1,299", "one thousand two hundred ninety-nine dollars");
        check("$1.5M", "one point five million dollars");
        check("$9/month", "nine dollars a month");
        check("4.9/5", "four point nine out of five");
        check("$20-30", "twenty to thirty dollars");
        check("$50+", "fifty dollars plus");
    }

    #[test]
    fn amounts_are_said_with_their_units() {
        check("20%", "twenty percent");
        check("100%", "one hundred percent");
        check("-15%", "minus fifteen percent");
        check("4.9", "four point nine");
        check("10,000+", "ten thousand plus");
        check("10k", "ten thousand");
        check("3x", "three times");
        check("500ml", "five hundred milliliters");
        check("1kg", "one kilogram");
        check("4K", "four K");
        check("24h", "twenty-four hours");
        check("20-30%", "twenty to thirty percent");
        check("1/2", "one half");
        check("3/4", "three quarters");
        check("#1", "number one");
    }

    #[test]
    fn ordinals_years_and_times() {
        check("1st", "first");
        check("22nd", "twenty-second");
        check("1984", "nineteen eighty-four");
        check("2005", "two thousand five");
        check("2026", "twenty twenty-six");
        check("1990s", "nineteen nineties");
        check("2500", "two thousand five hundred");
        check("9am", "nine A.M.");
        check("7:30", "seven thirty");
        check("9:05pm", "nine oh five P.M.");
        check("18:00", "eighteen o'clock");
        check("555-0123", "five five five, zero one two three");
    }

    #[test]
    fn what_is_no_number_is_left() {
        check("coffee", "");
        check("B12", "");
        check("2-for-1", "");
        check("12345678901234567890", "");
        assert_eq!(runs("SPF30x"), ["SPF", "30", "x"]);
        assert!(
            belongs("20", "%") && belongs("5", "kg,") && !belongs("5", "kittens") && !belongs("Top", "%")
        );
    }
}
