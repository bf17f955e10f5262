//! Words into positioned glyphs: shaping, line breaking, both directions, and sizing to a box.

use std::{
    borrow::Cow,
    cell::RefCell,
    ops::{Range, RangeInclusive},
    sync::LazyLock,
};

use admint_domain::{OverlayRole, Rgb};
use admint_timeline::Font;
use parley::{
    Alignment, AlignmentOptions, FontContext, FontFamily, FontFamilyName, FontFeatures, Layout,
    LayoutContext, LineHeight, OverflowWrap, PositionedLayoutItem, StyleProperty,
    fontique::{Blob, Collection, CollectionOptions, FontInfoOverride, SourceCache},
};
use vello_cpu::{
    Glyph,
    kurbo::{Affine, Rect},
    peniko::FontData,
};

use crate::{
    assets,
    canvas::{Canvas, paint},
};

/// A packaged font file.
#[derive(Clone, Copy, Debug)]
pub struct Face {
    file: &'static str,
    /// Line height over font size.
    leading: f32,
}

impl Face {
    pub const fn file(self) -> &'static str {
        self.file
    }

    /// The type pairing: a display face for headlines, a plain one for the rest.
    pub const fn of(font: Font, role: OverlayRole) -> Self {
        match (font, role) {
            (Font::Poster, OverlayRole::Headline) => Self { file: "Anton-Regular.ttf", leading: 1.16 },
            (Font::Friendly, OverlayRole::Headline) => Self { file: "Poppins-ExtraBold.ttf", leading: 1.12 },
            (Font::Elegant, OverlayRole::Headline) => {
                Self { file: "PlayfairDisplay-Bold.ttf", leading: 1.14 }
            }
            (Font::Technical, OverlayRole::Headline) => Self { file: "SpaceGrotesk-Bold.ttf", leading: 1.1 },
            (Font::Sport, OverlayRole::Headline) => {
                Self { file: "BarlowCondensed-ExtraBoldItalic.ttf", leading: 1.04 }
            }
            (Font::Retro, OverlayRole::Headline) => Self { file: "Shrikhand-Regular.ttf", leading: 1.16 },
            (Font::Modern, OverlayRole::Headline) => Self { file: "Outfit-Bold.ttf", leading: 1.1 },
            (Font::Neutral, OverlayRole::Headline) => Self { file: "Inter-Bold.ttf", leading: 1.1 },
            (Font::Lively, OverlayRole::Headline) => Self { file: "Anton-Regular.ttf", leading: 1.2 },
            (Font::Neutral, OverlayRole::Support) => Self { file: "Inter-Medium.ttf", leading: 1.34 },
            (Font::Neutral, _) => Self { file: "Inter-SemiBold.ttf", leading: 1.2 },
            (Font::Friendly | Font::Lively, OverlayRole::Support) => {
                Self { file: "Poppins-SemiBold.ttf", leading: 1.3 }
            }
            (Font::Elegant, OverlayRole::Support) => Self { file: "Inter-Medium.ttf", leading: 1.34 },
            (_, OverlayRole::Support) => Self { file: "Inter-SemiBold.ttf", leading: 1.3 },
            (Font::Friendly | Font::Lively, _) => Self { file: "Poppins-Bold.ttf", leading: 1.2 },
            (Font::Elegant, OverlayRole::Name) => Self { file: "PlayfairDisplay-Bold.ttf", leading: 1.2 },
            (Font::Technical, _) => Self { file: "SpaceGrotesk-Bold.ttf", leading: 1.2 },
            (Font::Modern, _) => Self { file: "Outfit-Bold.ttf", leading: 1.2 },
            (_, _) => Self { file: "Inter-Bold.ttf", leading: 1.2 },
        }
    }
}

/// Faces that step in, in order, where the chosen one lacks a letter.
const FALLBACKS: [&str; 5] = [
    "NotoSans-Bold.ttf",
    "NotoSansArabic-Bold.ttf",
    "NotoSansHebrew-Bold.ttf",
    "NotoSansThai-Bold.ttf",
    "NotoSansDevanagari-Bold.ttf",
];
/// Large, so they are loaded only for words that need them.
const EAST_ASIAN: [&str; 3] = ["NotoSansJP-Bold.ttf", "NotoSansSC-Bold.ttf", "NotoSansKR-Bold.ttf"];
const FACES: [&str; 17] = [
    "Anton-Regular.ttf",
    "BarlowCondensed-ExtraBoldItalic.ttf",
    "Inter-Bold.ttf",
    "Inter-Medium.ttf",
    "Inter-SemiBold.ttf",
    "Outfit-Bold.ttf",
    "PlayfairDisplay-Bold.ttf",
    "Poppins-Bold.ttf",
    "Poppins-ExtraBold.ttf",
    "Poppins-SemiBold.ttf",
    "Shrikhand-Regular.ttf",
    "SpaceGrotesk-Bold.ttf",
    "NotoSans-Bold.ttf",
    "NotoSansArabic-Bold.ttf",
    "NotoSansHebrew-Bold.ttf",
    "NotoSansThai-Bold.ttf",
    "NotoSansDevanagari-Bold.ttf",
];

/// Which letters each stepping-in face is for, and what they are called.
const SCRIPTS: [(&str, &str, &[RangeInclusive<char>]); 5] = [
    ("NotoSans-Bold.ttf", "Greek and Cyrillic", &['\u{370}'..='\u{52f}', '\u{1f00}'..='\u{1fff}']),
    ("NotoSansArabic-Bold.ttf", "Arabic", &['\u{600}'..='\u{6ff}', '\u{750}'..='\u{77f}']),
    ("NotoSansHebrew-Bold.ttf", "Hebrew", &['\u{590}'..='\u{5ff}']),
    ("NotoSansThai-Bold.ttf", "Thai", &['\u{e00}'..='\u{e7f}']),
    ("NotoSansDevanagari-Bold.ttf", "Devanagari", &['\u{900}'..='\u{97f}']),
];

/// The faces that step in for letters which no display face has, and what those letters are called.
pub fn fallbacks(text: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    let is_for = |ranges: &[RangeInclusive<char>]| {
        text.chars().any(|letter| ranges.iter().any(|range| range.contains(&letter)))
    };
    let east_asian = east_asian_order(text).map(|[first, ..]| {
        let name = match first {
            "NotoSansJP-Bold.ttf" => "Japanese",
            "NotoSansKR-Bold.ttf" => "Korean",
            _ => "Chinese",
        };
        (first, name)
    });
    let scripts = SCRIPTS.into_iter().filter(move |(.., ranges)| is_for(ranges));
    scripts.map(|(file, name, _)| (file, name)).chain(east_asian)
}

/// Whether a face is packaged and can be read.
pub fn has_face(file: &str) -> bool {
    assets::font(file).is_some_and(|data| {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        !collection.register_fonts(Blob::from(data), None).is_empty()
    })
}

/// Whether `text` has letters that no packaged face shows. Emoji are pictures, and no loss.
pub fn loses_letters(text: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric() && !is_pictograph(*c)).count();
    letters(&readable(text)) < letters(text)
}

#[cfg(test)]
pub fn every_face() -> impl Iterator<Item = &'static str> {
    FACES.into_iter().chain(EAST_ASIAN)
}

/// Where each line stands within the width it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Center,
    /// Left, or right where the words run that way.
    Start,
}

/// Words that fit their box, upper left corner at the origin.
#[derive(Clone, Debug, Default)]
pub struct Block {
    pub lines: Vec<Line>,
    pub width: f64,
    pub height: f64,
    /// Of the font, in pixels.
    pub size: f64,
}

impl Block {
    /// Draws all words in one colour, the block's upper left corner at `offset`.
    pub fn draw(&self, canvas: &mut Canvas, offset: (f64, f64), color: Rgb) {
        for word in self.lines.iter().flat_map(|line| &line.words) {
            word.draw(canvas, self.size, offset, color);
        }
    }

    /// Draws all words in one colour, the block's middle at the origin.
    pub fn draw_centred(&self, canvas: &mut Canvas, color: Rgb) {
        self.draw(canvas, (-self.width / 2.0, -self.height / 2.0), color);
    }
}

#[derive(Clone, Debug)]
pub struct Line {
    pub top: f64,
    pub bottom: f64,
    /// In reading order.
    pub words: Vec<Word>,
}

/// What moves as one: a word, or a line of a script that has no spaces.
#[derive(Clone, Debug)]
pub struct Word {
    /// Advance box; ink may reach a little beyond.
    pub rect: Rect,
    runs: Vec<(FontData, Vec<Glyph>)>,
}

impl Word {
    pub fn draw(&self, canvas: &mut Canvas, size: f64, offset: (f64, f64), color: Rgb) {
        let before = canvas.transform();
        canvas.set_transform(before * Affine::translate(offset));
        for (font, glyphs) in &self.runs {
            canvas.glyphs(font, size as f32, glyphs, paint(color, 1.0));
        }
        canvas.set_transform(before);
    }
}

/// Whether any font is packaged at all.
pub fn has_fonts() -> bool {
    assets::font(FALLBACKS[0]).is_some()
}

/// `text` without what no packaged font can show: emoji, controls, and scripts that are not covered.
/// White space is folded.
pub fn readable(text: &str) -> String {
    let plain: String = text
        .chars()
        .filter(|&c| !is_pictograph(c) && !is_unseen(c))
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ");
    if plain.is_ascii() || plain.is_empty() {
        return plain;
    }
    let mut missing = Vec::new();
    let layout =
        lay(&plain, Face::of(Font::Friendly, OverlayRole::Headline), 20.0, None, OverflowWrap::Normal);
    for line in layout.lines() {
        for run in line.runs() {
            for cluster in run.clusters() {
                if cluster.glyphs().any(|glyph| glyph.id == 0) {
                    missing.push(cluster.text_range());
                }
            }
        }
    }
    let kept: String = plain
        .char_indices()
        .filter(|(at, _)| !missing.iter().any(|range: &Range<usize>| range.contains(at)))
        .map(|(_, c)| c)
        .collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The largest setting of `text` within `sizes` that fits `width` x `height`, its lines balanced.
/// Words too long for a line are broken, and words too many are cut with an ellipsis, but only at the
/// smallest size.
pub fn fit(text: &str, face: Face, (width, height): (f64, f64), sizes: (f64, f64), align: Align) -> Block {
    if text.is_empty() {
        return Block::default();
    }
    let fits = |text: &str, size: f64, wrap: OverflowWrap| {
        let layout = lay(text, face, size as f32, Some(width as f32), wrap);
        f64::from(layout.width()) <= width + 0.5 && f64::from(layout.height()) <= height
    };
    let (smallest, largest) = sizes;
    let mut text = Cow::Borrowed(text);
    let mut size = largest;
    let mut wrap = OverflowWrap::Normal;
    if !fits(&text, largest, wrap) {
        if fits(&text, smallest, wrap) {
            let (mut low, mut high) = (smallest, largest);
            while high - low > 1.0 {
                let middle = (low + high) / 2.0;
                if fits(&text, middle, wrap) { low = middle } else { high = middle }
            }
            size = low.floor().max(smallest);
        } else {
            size = smallest;
            wrap = OverflowWrap::Anywhere;
            let shortened = cut(&text, |candidate| fits(candidate, smallest, wrap)).into_owned();
            text = Cow::Owned(shortened);
        }
    }
    // Scripts without spaces may break anywhere, and a word torn in two reads badly: one line, if it
    // need not be much smaller.
    if east_asian_order(&text).is_some() && wrap == OverflowWrap::Normal {
        let whole = f64::from(lay(&text, face, 100.0, None, wrap).width()).max(1.0);
        let single = (100.0 * width / whole).floor().min(size);
        if single >= size * 0.6 && single >= smallest {
            size = single;
        }
    }
    // The narrowest width that keeps the number of lines makes them about equally long.
    let lines = lay(&text, face, size as f32, Some(width as f32), wrap).len();
    let (mut low, mut high) = (width * 0.3, width);
    if lines > 1 && wrap == OverflowWrap::Normal {
        while high - low > 4.0 {
            let middle = (low + high) / 2.0;
            let layout = lay(&text, face, size as f32, Some(middle as f32), wrap);
            if layout.len() <= lines && f64::from(layout.width()) <= middle + 0.5 {
                high = middle
            } else {
                low = middle
            }
        }
    }
    let mut layout = lay(&text, face, size as f32, Some(high.ceil() as f32), wrap);
    let alignment = match align {
        Align::Center => Alignment::Center,
        Align::Start => Alignment::Start,
    };
    layout.align(alignment, AlignmentOptions::default());
    block(&layout, &text, size)
}

/// The longest beginning of `text` that fits with an ellipsis behind it.
fn cut(text: &str, fits: impl Fn(&str) -> bool) -> Cow<'_, str> {
    if fits(text) {
        return Cow::Borrowed(text);
    }
    let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let shortened = |count: usize| format!("{}\u{2026}", text[..ends[count]].trim_end());
    let (mut low, mut high) = (1.min(ends.len() - 1), ends.len() - 1);
    while high > low {
        let middle = (low + high).div_ceil(2);
        if fits(&shortened(middle)) { low = middle } else { high = middle - 1 }
    }
    Cow::Owned(shortened(low))
}

fn block(layout: &Layout<()>, text: &str, size: f64) -> Block {
    let word_of = word_numbers(text);
    let mut lines = Vec::new();
    for line in layout.lines() {
        let metrics = line.metrics();
        let (top, bottom) = (f64::from(metrics.block_min_coord), f64::from(metrics.block_max_coord));
        let mut words: Vec<(usize, Word)> = Vec::new();
        for item in line.items() {
            let PositionedLayoutItem::GlyphRun(glyph_run) = item else { continue };
            let run = glyph_run.run();
            let font = run.font();
            let mut x = glyph_run.offset();
            for cluster in run.visual_clusters() {
                let number = word_of[cluster.text_range().start.min(word_of.len() - 1)];
                let from = x;
                let mut glyphs = Vec::new();
                for glyph in cluster.glyphs() {
                    glyphs.push(Glyph { id: glyph.id, x: x + glyph.x, y: glyph_run.baseline() + glyph.y });
                    x += glyph.advance;
                }
                let Some(number) = number else { continue };
                if glyphs.is_empty() {
                    continue;
                }
                let rect = Rect::new(f64::from(from), top, f64::from(x), bottom);
                let index = words.iter().position(|(of, _)| *of == number).unwrap_or_else(|| {
                    words.push((number, Word { rect, runs: Vec::new() }));
                    words.len() - 1
                });
                let word = &mut words[index].1;
                word.rect = word.rect.union(rect);
                match word.runs.last_mut() {
                    Some((last, run_glyphs)) if last == font => run_glyphs.extend(glyphs),
                    _ => word.runs.push((font.clone(), glyphs)),
                }
            }
        }
        words.sort_by_key(|(number, _)| *number);
        lines.push(Line { top, bottom, words: words.into_iter().map(|(_, word)| word).collect() });
    }
    lines.retain(|line| !line.words.is_empty());
    let left = lines.iter().flat_map(|line| &line.words).map(|word| word.rect.x0).fold(f64::MAX, f64::min);
    let right = lines.iter().flat_map(|line| &line.words).map(|word| word.rect.x1).fold(0.0, f64::max);
    for line in &mut lines {
        for word in &mut line.words {
            word.rect = word.rect - vello_cpu::kurbo::Vec2::new(left, 0.0);
            for (_, glyphs) in &mut word.runs {
                for glyph in glyphs {
                    glyph.x -= left as f32;
                }
            }
        }
    }
    Block {
        height: lines.last().map_or(0.0, |line| line.bottom),
        width: (right - left).max(0.0),
        lines,
        size,
    }
}

/// The number of the word each byte belongs to; nothing for white space.
fn word_numbers(text: &str) -> Vec<Option<usize>> {
    let mut numbers = Vec::with_capacity(text.len());
    let mut word = 0;
    let mut within = false;
    for c in text.chars() {
        if c.is_whitespace() {
            if within {
                word += 1;
            }
            within = false;
        } else {
            within = true;
        }
        numbers.extend(std::iter::repeat_n(within.then_some(word), c.len_utf8()));
    }
    numbers
}

fn lay(text: &str, face: Face, size: f32, width: Option<f32>, wrap: OverflowWrap) -> Layout<()> {
    thread_local! {
        static PLAIN: RefCell<Option<FontContext>> = const { RefCell::new(None) };
        static WIDE: RefCell<Option<FontContext>> = const { RefCell::new(None) };
        static SCRATCH: RefCell<LayoutContext<()>> = RefCell::new(LayoutContext::new());
    }
    static PLAIN_FONTS: LazyLock<FontContext> = LazyLock::new(|| load(&FACES));
    static WIDE_FONTS: LazyLock<FontContext> =
        LazyLock::new(|| load(&FACES.iter().chain(&EAST_ASIAN).copied().collect::<Vec<_>>()));
    let east_asian = east_asian_order(text);
    let mut families = vec![FontFamilyName::named(face.file)];
    families.extend(FALLBACKS.iter().map(|file| FontFamilyName::named(file)));
    let wide = east_asian.iter().flatten().map(|file| FontFamilyName::named(file));
    // The figures and Latin letters within such a text are of its own face.
    let at = if is_mostly_east_asian(text) { 0 } else { families.len() };
    families.splice(at..at, wide);
    let (slot, fonts) = if east_asian.is_some() { (&WIDE, &WIDE_FONTS) } else { (&PLAIN, &PLAIN_FONTS) };
    slot.with_borrow_mut(|context| {
        let context = context.get_or_insert_with(|| (*fonts).clone());
        SCRATCH.with_borrow_mut(|scratch| {
            let mut builder = scratch.ranged_builder(context, text, 1.0, false);
            builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Owned(families))));
            builder.push_default(StyleProperty::FontSize(size));
            builder.push_default(StyleProperty::LineHeight(LineHeight::FontSizeRelative(face.leading)));
            builder.push_default(StyleProperty::OverflowWrap(wrap));
            // Some display faces have old-style figures, whose noughts look like letters.
            builder.push_default(StyleProperty::FontFeatures(FontFeatures::from("\"lnum\" 1")));
            let mut layout = builder.build(text);
            layout.break_all_lines(width);
            layout
        })
    })
}

fn load(files: &[&str]) -> FontContext {
    let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
    for file in files {
        if let Some(data) = assets::font(file) {
            let family = FontInfoOverride { family_name: Some(file), ..FontInfoOverride::default() };
            collection.register_fonts(Blob::from(data), Some(family));
        }
    }
    FontContext { collection, source_cache: SourceCache::default() }
}

/// Which East Asian face goes first, if any is wanted: they draw the same characters differently.
fn east_asian_order(text: &str) -> Option<[&'static str; 3]> {
    let [jp, sc, kr] = EAST_ASIAN;
    let has = |wanted: fn(char) -> bool| text.chars().any(wanted);
    if has(|c| matches!(c, '\u{3040}'..='\u{30ff}')) {
        Some([jp, sc, kr])
    } else if has(|c| matches!(c, '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}')) {
        Some([kr, sc, jp])
    } else if has(
        |c| matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}'),
    ) {
        Some([sc, jp, kr])
    } else {
        None
    }
}

/// Half of the letters are; figures and signs belong to either.
fn is_mostly_east_asian(text: &str) -> bool {
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    letters().filter(|c| *c >= '\u{2e80}').count() * 2 >= letters().count().max(1)
}

/// Emoji and other pictures that the text faces lack, or would show as flat outlines.
fn is_pictograph(c: char) -> bool {
    matches!(c,
        '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{20e3}' | '\u{e0000}'..='\u{e007f}' | '\u{2300}'..='\u{23ff}')
}

/// Directions, joiners outside of words, and other marks without ink.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, width: f64, height: f64) -> Block {
        let face = Face::of(Font::Friendly, OverlayRole::Headline);
        let block = fit(&readable(text), face, (width, height), (24.0, 140.0), Align::Center);
        assert!(block.width <= width + 1.0, "{text}: {} > {width}", block.width);
        assert!(block.height <= height, "{text}: {} > {height}", block.height);
        block
    }

    #[test]
    fn short_words_are_large_and_long_texts_fit() {
        assert_eq!(check("Glow", 900.0, 280.0).size, 140.0);
        check("Skin that feels like yours again, softly", 900.0, 280.0);
        check(&"long text ".repeat(50), 900.0, 280.0);
        check(&"w".repeat(500), 900.0, 280.0);
        check(&"数".repeat(500), 900.0, 280.0);
    }

    #[test]
    fn what_no_font_shows_is_left_out() {
        assert_eq!(readable("\u{2615} Kaffee \u{1f680} hei\u{df}"), "Kaffee hei\u{df}");
        assert_eq!(readable("a \u{202e}b\u{feff}"), "a b");
        assert_eq!(readable("\u{12000}\u{12001}"), "");
    }

    #[test]
    fn scripts_of_the_packaged_fonts_stay() {
        for text in [
            "قهوة عربية طازجة",
            "קפה טרי",
            "淹れたてのコーヒー",
            "新鲜咖啡",
            "신선한 커피",
            "Свежий кофе",
            "Φρέσκος καφές",
            "กาแฟสดทุกเช้า",
            "हर सुबह ताज़ी कॉफ़ी",
        ] {
            assert_eq!(readable(text), text);
            assert!(!check(text, 900.0, 280.0).lines.is_empty());
        }
    }

    #[test]
    fn figures_are_as_high_as_capitals_in_every_face() {
        let height = |text: &str, font: Font| {
            let face = Face::of(font, OverlayRole::Headline);
            let block = fit(text, face, (4000.0, 400.0), (200.0, 201.0), Align::Center);
            let mut canvas = Canvas::new(1200, 400);
            block.draw(&mut canvas, (100.0, 40.0), Rgb::BLACK);
            let sprite = canvas.finish_sprite();
            let rows = sprite.pixmap.data().chunks_exact(1200);
            rows.filter(|row| row.iter().any(|pixel| pixel.a > 127)).count() as f64
        };
        for font in Font::ALL {
            let (figures, capitals) = (height("100", font), height("HOH", font));
            assert!((figures / capitals - 1.0).abs() < 0.12, "{font:?}: {figures} {capitals}");
            // In a text of another script they are that script's.
            assert!(height("100円引き", font) > capitals * 0.8, "{font:?}");
        }
    }

    #[test]
    fn lines_are_balanced() {
        let block = check("Mornings that finally taste like mornings", 900.0, 280.0);
        let widths: Vec<f64> = block
            .lines
            .iter()
            .map(|line| {
                line.words.iter().map(|word| word.rect.x1).fold(0.0, f64::max)
                    - line.words.iter().map(|word| word.rect.x0).fold(f64::MAX, f64::min)
            })
            .collect();
        assert!(widths.len() > 1 && widths.iter().all(|width| *width > block.width * 0.5), "{widths:?}");
    }
}
