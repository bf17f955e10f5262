//! The ad's words as text in time, for whoever watches without sound: SRT and WebVTT.

use std::fmt::Write;

use admint_domain::{CaptionFormat, FRAME_RATE, Frames};
use serde::{Deserialize, Serialize};

use crate::{Overlay, Timeline};

/// Words, and when they are shown or heard: half-open, `to` is the first frame after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caption {
    pub from: Frames,
    pub to: Frames,
    /// Of a caption to be shown, at most [`MAX_LINES`] lines of [`MAX_LINE`] characters.
    pub text: String,
}

/// What a voice says in one scene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpokenLine {
    /// The scene's place in the plan, from 0.
    pub scene: usize,
    /// From the first sound to the last, half-open.
    pub from: Frames,
    pub to: Frames,
    /// Each word as the picture writes it, while it is heard.
    pub words: Vec<Caption>,
}

/// Most characters of a line; what broadcasters settled on.
pub const MAX_LINE: usize = 42;
pub const MAX_LINES: usize = 2;
/// Shorter than this nobody reads a caption.
pub const SHORTEST: Frames = Frames::from_seconds(1);
/// A pause shorter than this between two captions is a flicker, so the first one stays.
const GAP: Frames = Frames::from_millis(750);
/// Words that come up this soon after those before them are read with them.
const TOGETHER: Frames = Frames::from_millis(900);

impl Timeline {
    /// What is said, or what is read where nobody speaks.
    pub fn captions(&self) -> Vec<Caption> {
        match &self.voice {
            Some(voice) => {
                captions_of_speech(voice.lines.iter().map(|line| line.words.as_slice()), self.total())
            }
            None => captions_of_overlays(&self.overlays, self.total()),
        }
    }

    /// The captions that stand in the picture: none without a voice, whose words are read there already.
    pub fn burnt_captions(&self) -> Vec<Caption> {
        if self.captioned && self.voice.is_some() { self.captions() } else { Vec::new() }
    }

    /// [`Self::captions`] as text.
    pub fn caption_text(&self, format: CaptionFormat) -> String {
        match format {
            CaptionFormat::Srt => srt(&self.captions()),
            CaptionFormat::WebVtt => webvtt(&self.captions()),
        }
    }
}

/// Captions of what is said. Each line is a run of spoken words with their times; a caption never holds
/// words of two lines. `total` is the video's length.
pub fn captions_of_speech<'a>(lines: impl IntoIterator<Item = &'a [Caption]>, total: Frames) -> Vec<Caption> {
    let mut captions = Vec::new();
    for words in lines {
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let mut rest = words;
        for lines in pages(&texts) {
            // Every word is on exactly one page, so the pages' words count up to the line's.
            let count: usize = lines.iter().map(|line| line.words).sum();
            let (own, after) = rest.split_at(count.min(rest.len()));
            rest = after;
            if let [first, ..] = own {
                let to = own.last().map_or(first.to, |last| last.to);
                captions.push(Caption { from: first.from, to, text: joined(&lines) });
            }
        }
    }
    timed(captions, total)
}

/// Captions of what is read, for an ad without a voice.
pub fn captions_of_overlays(overlays: &[Overlay], total: Frames) -> Vec<Caption> {
    let mut sorted: Vec<&Overlay> =
        overlays.iter().filter(|overlay| overlay.text.chars().any(char::is_alphanumeric)).collect();
    sorted.sort_by_key(|overlay| overlay.start);
    let mut captions: Vec<Caption> = Vec::new();
    let mut index = 0;
    while let Some(first) = sorted.get(index) {
        let apart = |pair: &[&Overlay]| pair[1].start.saturating_sub(pair[0].start) >= TOGETHER;
        let together = 1 + sorted[index..].windows(2).take_while(|pair| !apart(pair)).count();
        let group = &sorted[index..index + together];
        index += together;
        let end = group.iter().map(|overlay| overlay.start + overlay.length).max().unwrap_or(first.start);
        let until = sorted.get(index).map_or(end, |next| end.min(next.start)).max(first.start + Frames(1));
        let pages = grouped(group);
        // Longer words have more of the time.
        let letters: usize = pages.iter().map(|page| page.chars().count()).sum();
        let mut before = 0;
        for page in pages {
            let place = |letter: usize| {
                first.start + Frames(((until.0 - first.start.0) as usize * letter / letters.max(1)) as u32)
            };
            let (from, to) = (place(before), place(before + page.chars().count()));
            before += page.chars().count();
            captions.push(Caption { from, to, text: page });
        }
    }
    timed(captions, total)
}

/// SubRip.
fn srt(captions: &[Caption]) -> String {
    let mut text = String::new();
    for (index, caption) in captions.iter().enumerate() {
        let (from, to) = (clock(caption.from, ','), clock(caption.to, ','));
        // An arrow of the text's own would look like another time.
        let words = caption.text.replace("-->", "\u{2192}");
        let _ = writeln!(text, "{}\n{from} --> {to}\n{words}\n", index + 1);
    }
    text
}

/// WebVTT, as browsers take it.
fn webvtt(captions: &[Caption]) -> String {
    let mut text = String::from("WEBVTT\n\n");
    for caption in captions {
        let (from, to) = (clock(caption.from, '.'), clock(caption.to, '.'));
        let words = caption.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let _ = writeln!(text, "{from} --> {to}\n{words}\n");
    }
    text
}

/// `00:00:02,500`
fn clock(at: Frames, point: char) -> String {
    let milliseconds = (u64::from(at.0) * 1000 + u64::from(FRAME_RATE) / 2) / u64::from(FRAME_RATE);
    let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000);
    format!("{:02}:{:02}:{:02}{point}{rest:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// A line of a caption.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    text: String,
    /// How many words end in it; a word too long for any line ends in its last.
    words: usize,
}

fn joined(lines: &[Line]) -> String {
    let texts = lines.iter().map(|line| line.text.as_str()).filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join("\n")
}

/// Overlays that come up together, each on lines of its own where that leaves them on one page.
fn grouped(overlays: &[&Overlay]) -> Vec<String> {
    let own: Vec<Vec<Vec<Line>>> =
        overlays.iter().map(|overlay| pages(&overlay.text.split_whitespace().collect::<Vec<_>>())).collect();
    let lines: Vec<Line> = own.into_iter().flatten().flatten().collect();
    lines.chunks(MAX_LINES).map(joined).collect()
}

/// Words on lines, lines on pages. A sentence's end is a good place to turn the page.
fn pages(words: &[&str]) -> Vec<Vec<Line>> {
    let mut pages = Vec::new();
    let mut rest: Vec<String> = Vec::new();
    let mut ends: Vec<bool> = Vec::new();
    for word in words {
        let letters: Vec<char> = word.chars().filter(|c| !c.is_control()).collect();
        let parts: Vec<String> = letters.chunks(MAX_LINE).map(|part| part.iter().collect()).collect();
        // Even a word of nothing visible counts, or the words would lose their times.
        let parts = if parts.is_empty() { vec![String::new()] } else { parts };
        ends.extend((1..=parts.len()).map(|part| part == parts.len()));
        rest.extend(parts);
    }
    let mut start = 0;
    while start < rest.len() {
        let most = (start + 1..=rest.len())
            .rev()
            .find(|&end| end == start + 1 || balanced(&rest[start..end]).is_some())
            .unwrap_or(start + 1);
        let sentence = (start + 1..=most)
            .rev()
            .find(|&end| end == rest.len() || rest[end - 1].ends_with(['.', '!', '?', '\u{2026}']));
        // Not for a page of a word or two.
        let end = sentence.filter(|&end| end == most || (end - start) * 2 >= most - start).unwrap_or(most);
        let lengths = balanced(&rest[start..end]).unwrap_or_else(|| vec![end - start]);
        let mut page = Vec::new();
        for length in lengths {
            let line = start..start + length;
            page.push(Line {
                text: rest[line.clone()]
                    .iter()
                    .filter(|part| !part.is_empty())
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(" "),
                words: ends[line].iter().filter(|end| **end).count(),
            });
            start += length;
        }
        pages.push(page);
    }
    pages
}

/// How many words go on each line of one page, the lines as even as can be; `None` if they do not fit.
fn balanced(words: &[String]) -> Option<Vec<usize>> {
    let width = |words: &[String]| {
        words.iter().map(|word| word.chars().count()).sum::<usize>() + words.len().saturating_sub(1)
    };
    if width(words) <= MAX_LINE {
        return Some(vec![words.len()]);
    }
    let split = (1..words.len())
        .map(|at| (width(&words[..at]).max(width(&words[at..])), at))
        .min()
        .filter(|(widest, _)| *widest <= MAX_LINE)?;
    Some(vec![split.1, words.len() - split.1])
}

/// Gives every caption its second on screen, in order and inside the video, and closes small gaps.
fn timed(mut captions: Vec<Caption>, total: Frames) -> Vec<Caption> {
    captions.retain(|caption| !caption.text.trim().is_empty());
    captions.sort_by_key(|caption| caption.from);
    // A video too short for a second each has as many as it can show at all.
    captions.truncate(total.0 as usize);
    let count = captions.len() as u32;
    let shortest = SHORTEST.0.min(total.0.checked_div(count).unwrap_or(0));
    let mut earliest = 0;
    for caption in &mut captions {
        caption.from.0 = caption.from.0.max(earliest);
        caption.to.0 = caption.to.0.max(caption.from.0 + shortest);
        earliest = caption.from.0 + shortest;
    }
    let mut latest = total.0;
    for caption in captions.iter_mut().rev() {
        caption.to.0 = caption.to.0.min(latest);
        caption.from.0 = caption.from.0.min(caption.to.0 - shortest);
        latest = caption.from.0;
    }
    for index in 1..captions.len() {
        let next = captions[index].from;
        let before = &mut captions[index - 1];
        if next.saturating_sub(before.to) < GAP {
            before.to = next;
        }
    }
    captions
}

#[cfg(test)]
mod tests {
    use admint_domain::{OverlayRole, Rgb, TextPlacement};
    use proptest::prelude::*;

    use super::*;
    use crate::{Animation, Font, OverlayStyle};

    /// Reads what [`srt`] and [`webvtt`] write, as a player would.
    fn parse(text: &str) -> Vec<Caption> {
        let frame = |clock: &str| {
            let parts: Vec<f64> =
                clock.replace(',', ".").split(':').map(|part| part.parse().unwrap()).collect();
            Frames(((parts[0] * 3600.0 + parts[1] * 60.0 + parts[2]) * f64::from(FRAME_RATE)).round() as u32)
        };
        text.split("\n\n")
            .filter_map(|block| {
                let mut lines = block.lines().skip_while(|line| !line.contains(" --> "));
                let (from, to) = lines.next()?.split_once(" --> ").unwrap();
                let text = lines.collect::<Vec<_>>().join("\n");
                let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
                Some(Caption { from: frame(from), to: frame(to), text })
            })
            .collect()
    }

    fn overlay(role: OverlayRole, text: &str, start: u32, length: u32) -> Overlay {
        Overlay {
            id: "00000000-0000-0000-0000-000000000000".parse().unwrap(),
            role,
            text: text.into(),
            start: Frames(start),
            length: Frames(length),
            placement: TextPlacement::Lower,
            style: OverlayStyle {
                font: Font::Poster,
                ink: Rgb(0, 0, 0),
                plate: None,
                accent: Rgb(0, 0, 0),
                animation: Animation::Fade,
            },
        }
    }

    /// Words of six frames each, one after the other.
    fn spoken(text: &str, start: u32) -> Vec<Caption> {
        let words = text.split(' ').zip(0..);
        words
            .map(|(word, index)| Caption {
                from: Frames(start + index * 6),
                to: Frames(start + index * 6 + 6),
                text: word.into(),
            })
            .collect()
    }

    #[track_caller]
    fn check(captions: &[Caption], expected: &[(u32, u32, &str)]) {
        let plain: Vec<(u32, u32, &str)> =
            captions.iter().map(|caption| (caption.from.0, caption.to.0, caption.text.as_str())).collect();
        assert_eq!(plain, expected);
    }

    #[test]
    fn speech_is_shown_while_it_is_heard() {
        let lines =
            [spoken("Tired of dull skin?", 8), spoken("Meet Glow. Serum that works while you sleep.", 80)];
        let captions = captions_of_speech(lines.iter().map(Vec::as_slice), Frames(240));
        check(
            &captions,
            &[(8, 32, "Tired of dull skin?"), (80, 128, "Meet Glow. Serum that\nworks while you sleep.")],
        );
    }

    #[test]
    fn long_speech_is_cut_into_pages_that_follow_the_words() {
        let text = "This is one rather long sentence that nobody could ever read in two lines of any caption at all. \
                    Done.";
        let words = spoken(text, 0);
        let captions = captions_of_speech([words.as_slice()], Frames(400));
        assert!(captions.len() > 1);
        let said: String =
            captions.iter().map(|caption| caption.text.replace('\n', " ")).collect::<Vec<_>>().join(" ");
        assert_eq!(said, text);
        for caption in &captions {
            let first = caption.text.split_whitespace().next().unwrap();
            assert!(words.iter().any(|word| word.text == first && word.from == caption.from), "{caption:?}");
        }
    }

    #[test]
    fn an_ad_without_a_voice_is_captioned_by_its_pictures() {
        let overlays = [
            overlay(OverlayRole::Headline, "Tired of dull skin?", 4, 60),
            overlay(OverlayRole::Support, "There is a kinder way.", 14, 50),
            overlay(OverlayRole::Headline, "Meet Glow", 70, 50),
        ];
        check(
            &captions_of_overlays(&overlays, Frames(144)),
            &[(4, 70, "Tired of dull skin?\nThere is a kinder way."), (70, 120, "Meet Glow")],
        );
    }

    #[test]
    fn words_that_come_one_after_the_other_are_on_screen_together() {
        let card = [
            overlay(OverlayRole::Headline, "20% off this week", 100, 80),
            overlay(OverlayRole::Name, "Northwind", 109, 71),
            overlay(OverlayRole::Support, "northwind.coffee", 118, 62),
            overlay(OverlayRole::CallToAction, "Get your first bag", 127, 53),
        ];
        let captions = captions_of_overlays(&card, Frames(180));
        let texts: Vec<&str> = captions.iter().map(|caption| caption.text.as_str()).collect();
        assert_eq!(texts, ["20% off this week\nNorthwind", "northwind.coffee\nGet your first bag"]);
        assert!(captions.iter().all(|caption| caption.to.0 - caption.from.0 >= 30), "{captions:?}");
    }

    #[test]
    fn the_formats_are_the_ones_players_read() {
        let captions = [Caption { from: Frames(0), to: Frames(25), text: "R&B <now> -->\nyes".into() }];
        assert_eq!(srt(&captions), "1\n00:00:00,000 --> 00:00:01,042\nR&B <now> \u{2192}\nyes\n\n");
        assert_eq!(
            webvtt(&captions),
            "WEBVTT\n\n00:00:00.000 --> 00:00:01.042\nR&amp;B &lt;now&gt; --&gt;\nyes\n\n"
        );
        assert_eq!(clock(Frames::from_seconds(3725), ','), "01:02:05,000");
    }

    #[track_caller]
    fn check_sound(captions: &[Caption], total: u32) {
        let mut before = Frames::ZERO;
        for caption in captions {
            assert!(caption.from >= before && caption.from < caption.to, "{captions:?}");
            assert!(caption.to.0 <= total, "{captions:?}");
            let lines: Vec<&str> = caption.text.split('\n').collect();
            assert!(
                lines.len() <= MAX_LINES && lines.iter().all(|line| line.chars().count() <= MAX_LINE),
                "{caption:?}"
            );
            if captions.len() as u32 * SHORTEST.0 <= total {
                assert!(caption.to.0 - caption.from.0 >= SHORTEST.0, "{captions:?}");
            }
            before = caption.to;
        }
        for pair in captions.windows(2) {
            let gap = pair[1].from.0 - pair[0].to.0;
            assert!(gap == 0 || gap >= GAP.0, "{captions:?}");
        }
        let unmarked: Vec<Caption> = captions
            .iter()
            .map(|caption| Caption { text: caption.text.replace("-->", "\u{2192}"), ..caption.clone() })
            .collect();
        // The test's reader undoes WebVTT's escapes in both formats, so text that holds one is left out.
        if !captions.iter().any(|caption| caption.text.contains('&')) {
            assert_eq!(parse(&srt(captions)), unmarked);
        }
        assert_eq!(parse(&webvtt(captions)), captions);
    }

    proptest! {
        #[test]
        fn captions_of_any_overlays_are_in_order_inside_and_read_back(
            overlays in prop::collection::vec(("[\\PC ]{0,120}", 0_u32..700, 1_u32..200), 0..12),
            total in 24_u32..720,
        ) {
            let overlays: Vec<Overlay> = overlays
                .into_iter()
                .map(|(text, start, length)| overlay(OverlayRole::Headline, &text, start, length))
                .collect();
            check_sound(&captions_of_overlays(&overlays, Frames(total)), total);
        }

        #[test]
        fn captions_of_any_speech_are_in_order_inside_and_read_back(
            lines in prop::collection::vec((prop::collection::vec("[a-z<>&.!-]{1,50}", 1..30), 0_u32..60), 0..5),
            total in 24_u32..720,
        ) {
            let mut at = 0;
            let lines: Vec<Vec<Caption>> = lines
                .into_iter()
                .map(|(words, pause)| {
                    at += pause;
                    let line = spoken(&words.join(" "), at);
                    at = line.last().map_or(at, |word| word.to.0);
                    line
                })
                .collect();
            check_sound(&captions_of_speech(lines.iter().map(Vec::as_slice), Frames(total)), total);
        }
    }
}
