//! Words on the picture, with the way they come, live and go.

use std::cell::RefCell;

use admint_domain::{AspectRatio, Frames, OverlayId, OverlayRole, Resolution, Rgb, TextPlacement};
use admint_timeline::{Animation, Font, Overlay, OverlayStyle};
use vello_cpu::kurbo::{Affine, BezPath, Point, Rect, RoundedRect};

use crate::{
    StudioError,
    canvas::{Canvas, linear, paint},
    motion::{bounce, ease_in, ease_in_out, ease_out, mix, overshoot, progress, settle, wave},
    sprite::Sprite,
    text::{self, Align, Block, Face},
    zones::{self, Page},
};

/// Clear space around the words, so that growth and swing stay inside.
const MARGIN: f64 = 12.0;
/// How long words take to come and to go, in seconds, on an overlay that has the time.
const ENTRANCE: f64 = 0.65;
const EXIT: f64 = 0.22;

/// A plate lets a little of the picture through.
pub const PLATE_ALPHA: f64 = 0.94;

/// White on near black, as viewers know captions: it must be read over every scene of every look.
const CAPTION: OverlayStyle = OverlayStyle {
    font: Font::Modern,
    ink: Rgb::WHITE,
    plate: Some(Rgb(14, 14, 18)),
    accent: Rgb::WHITE,
    animation: Animation::Fade,
};

/// Where on the frame an overlay is drawn, in pixels; all even.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    pub x: u32,
    pub y: u32,
    pub width: u32,
    pub height: u32,
}

impl Bounds {
    /// Bytes of one 8-bit RGBA picture of this size.
    pub const fn rgba_len(self) -> usize {
        self.width as usize * self.height as usize * 4
    }
}

/// An overlay ready to be drawn, at any of its frames and from several threads at once.
pub struct OverlayDrawing {
    bounds: Bounds,
    length: Frames,
    role: OverlayRole,
    style: OverlayStyle,
    rtl: bool,
    words: Vec<DrawnWord>,
    /// The plate or the button, relative to the bounds.
    plate: Option<Rect>,
    /// Around the words, relative to the bounds.
    block: Rect,
    lines: usize,
    /// A caption: there at once and gone at once, in step with the voice.
    is_caption: bool,
}

/// A word, rasterised once. Positions are relative to the bounds.
struct DrawnWord {
    sprite: Sprite,
    /// Upper left corner at rest; whole pixels.
    at: Point,
    line: usize,
    line_top: f64,
    line_bottom: f64,
    /// Among all words of the overlay.
    order: usize,
    center: Point,
    width: f64,
}

impl OverlayDrawing {
    pub fn new(overlay: &Overlay, page: impl Into<Page>) -> Result<Self, StudioError> {
        let page = page.into();
        let words = set_case(&text::readable(&overlay.text), overlay.role, overlay.style.font);
        let rtl = runs_right_to_left(&words);
        let layout = Layout::on_page(&words, overlay, page, rtl);
        let zone = zones::role(page, overlay.placement, overlay.role);
        Self::laid_out(&words, overlay, layout, zone, page.aspect, rtl)
    }

    /// What a voice says while it says it, on the strip that [`Page::captioned`] keeps for it.
    pub fn caption(text: &str, length: Frames, aspect: AspectRatio) -> Result<Self, StudioError> {
        let overlay = Overlay {
            id: OverlayId::from_uuid(Default::default()),
            role: OverlayRole::Support,
            text: text.to_owned(),
            start: Frames::ZERO,
            length,
            placement: TextPlacement::Upper,
            style: CAPTION,
        };
        // Where its lines end is this drawing's to say, by their real widths.
        let words = text::readable(&text.split_whitespace().collect::<Vec<_>>().join(" "));
        let (zone, rtl) = (zones::caption(aspect), runs_right_to_left(&words));
        let layout = Layout::caption(&words, zone);
        Ok(Self { is_caption: true, ..Self::laid_out(&words, &overlay, layout, zone, aspect, rtl)? })
    }

    fn laid_out(
        words: &str,
        overlay: &Overlay,
        layout: Layout,
        zone: Rect,
        aspect: AspectRatio,
        rtl: bool,
    ) -> Result<Self, StudioError> {
        if !text::has_fonts() {
            return Err(StudioError::NoFonts);
        }
        let bounds = even_bounds(layout.outer.inflate(MARGIN, MARGIN).intersect(zone), aspect.resolution());
        let shift = (-f64::from(bounds.x), -f64::from(bounds.y));
        let accent = accented_words(&layout.block, words, &overlay.text, overlay.role);
        Ok(Self {
            bounds,
            length: overlay.length,
            role: overlay.role,
            style: overlay.style,
            rtl,
            words: draw_words(&layout, &overlay.style, &accent, shift),
            plate: layout.plate.map(|plate| plate + vello_cpu::kurbo::Vec2::from(shift)),
            block: Rect::from_origin_size(
                layout.origin + vello_cpu::kurbo::Vec2::from(shift),
                (layout.block.width, layout.block.height),
            ),
            lines: layout.block.lines.len(),
            is_caption: false,
        })
    }

    /// Where [`Self::draw`]'s pixels belong on the frame.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    pub fn length(&self) -> Frames {
        self.length
    }

    /// Draws frame `at`, counted from the overlay's own start: 8-bit RGBA rows, top first, alpha not
    /// premultiplied.
    ///
    /// # Panics
    /// If `rgba` is not exactly [`Bounds::rgba_len`] bytes.
    pub fn draw(&self, at: Frames, rgba: &mut [u8]) {
        assert_eq!(rgba.len(), self.bounds.rgba_len(), "four bytes a pixel of the bounds");
        thread_local! {
            static CANVAS: RefCell<Option<Canvas>> = const { RefCell::new(None) };
        }
        let (width, height) = (self.bounds.width as u16, self.bounds.height as u16);
        CANVAS.with_borrow_mut(|slot| {
            let canvas = match slot {
                Some(canvas) if canvas.size() == (width, height) => canvas,
                _ => slot.insert(Canvas::new(width, height)),
            };
            self.draw_on(canvas, at);
            canvas.finish(rgba);
        });
        unpremultiply(rgba);
    }

    fn draw_on(&self, canvas: &mut Canvas, at: Frames) {
        if self.is_caption {
            return self.draw_caption(canvas);
        }
        let clock = Clock::new(at, self.length, self.leaves());
        match self.role {
            OverlayRole::CallToAction => self.draw_button(canvas, &clock),
            _ => {
                self.draw_plate(canvas, &clock);
                if self.role == OverlayRole::Name {
                    self.draw_flanks(canvas, &clock);
                }
                for word in &self.words {
                    self.draw_word(canvas, word, &clock);
                }
            }
        }
    }

    fn draw_caption(&self, canvas: &mut Canvas) {
        if let (Some(plate), Some(color)) = (self.plate, self.style.plate) {
            canvas.fill_rounded(plate, 18.0, paint(color, 0.88));
        }
        for word in &self.words {
            canvas.sprite(&word.sprite, Affine::translate(word.at.to_vec2()), 1.0);
        }
    }

    /// The end card's words come by [`Animation::Fade`] and stay: the ad ends on them. A button
    /// always stays.
    fn leaves(&self) -> bool {
        self.style.animation != Animation::Fade && self.role != OverlayRole::CallToAction
    }

    fn draw_word(&self, canvas: &mut Canvas, word: &DrawnWord, clock: &Clock) {
        let line_delay = word.line as f64 * 0.09;
        let count = self.words.len().max(1) as f64;
        let word_delay = word.order as f64 * (0.08_f64).min(0.5 / count);
        let gone = ease_in(clock.leaving);
        match self.style.animation {
            Animation::Rise => {
                let come = ease_out(clock.entrance(line_delay, 0.62));
                let height = word.line_bottom - word.line_top;
                let down = (1.0 - come) * height * 1.1 - gone * height * 1.1;
                let mask = self.line_mask(word);
                if come <= 0.0 || gone >= 1.0 {
                    return;
                }
                canvas.clip_rect(mask);
                canvas.sprite(&word.sprite, Affine::translate((word.at.x, word.at.y + down)), 1.0);
                canvas.unclip();
            }
            Animation::Pop => {
                let time = clock.entrance(word_delay, 0.5);
                if time <= 0.0 {
                    return;
                }
                // A large word may grow by no more than the margin holds.
                let extent = word.width.max(word.line_bottom - word.line_top);
                let most = 1.0 + (2.0 * (MARGIN - 6.0) / extent).min(0.07);
                let scale = mix(0.55, 1.0, overshoot(time)).min(most) * (1.0 - 0.12 * gone);
                let alpha = progress(time, 0.0, 0.3) * (1.0 - gone);
                let place = Affine::translate(word.center.to_vec2())
                    * Affine::scale(scale)
                    * Affine::translate(word.at.to_vec2() - word.center.to_vec2());
                canvas.sprite(&word.sprite, place, alpha);
            }
            Animation::Slide => {
                let come = ease_out(clock.entrance(line_delay, 0.6));
                let from =
                    if word.line.is_multiple_of(2) { -1.0 } else { 1.0 } * if self.rtl { -1.0 } else { 1.0 };
                let x = (1.0 - come) * from * 150.0 - gone * from * 90.0;
                canvas.clip_rect(self.inner());
                canvas.sprite(
                    &word.sprite,
                    Affine::translate((word.at.x + x, word.at.y)),
                    come.powi(2) * (1.0 - gone),
                );
                canvas.unclip();
            }
            Animation::Fade => {
                let come = ease_out(clock.entrance(line_delay, 0.7));
                let y = (1.0 - come) * (MARGIN - 3.0);
                canvas.sprite(
                    &word.sprite,
                    Affine::translate((word.at.x, word.at.y + y)),
                    come * (1.0 - gone),
                );
            }
            Animation::Wipe => {
                let come = ease_in_out(clock.entrance(line_delay, 0.7));
                let (inner, width) = (self.inner(), self.inner().width());
                let (shown, hidden) = (width * come, width * gone);
                let mask = if self.rtl {
                    Rect { x0: inner.x1 - shown, x1: inner.x1 - hidden, ..inner }
                } else {
                    Rect { x0: inner.x0 + hidden, x1: inner.x0 + shown, ..inner }
                };
                if mask.width() > 0.0 {
                    canvas.clip_rect(mask);
                    canvas.sprite(&word.sprite, Affine::translate(word.at.to_vec2()), 1.0);
                    canvas.unclip();
                }
            }
            Animation::Drop => {
                let time = clock.entrance(line_delay, 0.75);
                let height = word.line_bottom - word.line_top;
                let up = bounce(time) * height * 1.05;
                let down = gone * height * 1.1;
                if time <= 0.0 || gone >= 1.0 {
                    return;
                }
                canvas.clip_rect(self.line_mask(word));
                canvas.sprite(
                    &word.sprite,
                    Affine::translate((word.at.x, word.at.y - up + down)),
                    progress(time, 0.0, 0.15),
                );
                canvas.unclip();
            }
            Animation::Zoom => {
                let time = clock.entrance(line_delay, 0.55);
                // About the middle of all: words that grow each about its own run into each other.
                let scale = mix(1.3, 1.0, ease_out(time)) + 0.2 * gone;
                let alpha = time.powi(2) * (1.0 - gone);
                self.draw_turned(canvas, word, self.block.center(), (scale, scale, 0.0), alpha);
            }
            Animation::Flip => {
                let time = clock.entrance(word_delay, 0.5);
                let open = overshoot(time).min(1.06) * (1.0 - gone);
                if open > 0.02 {
                    self.draw_turned(canvas, word, word.center, (1.0, open, 0.0), 1.0);
                }
            }
            Animation::Swing => {
                let time = clock.entrance(word_delay, 0.8);
                let turn = if self.rtl { 1.0 } else { -1.0 } * (1.0 - settle(time)) * 0.5 + gone * 0.2;
                let foot = Point::new(word.center.x - word.width / 2.0, word.line_bottom);
                let alpha = progress(time, 0.0, 0.25) * (1.0 - gone);
                self.draw_turned(canvas, word, foot, (1.0, 1.0, turn), alpha);
            }
            Animation::Type => {
                // A word is there or not; only its last trace is soft, so that nothing flickers.
                let here = clock.entrance(word.order as f64 * (0.13_f64).min(0.8 / count), 0.09);
                // Deleted from the end, word by word.
                let turn = (count - 1.0 - word.order as f64) / count;
                let deleted = progress(clock.leaving, turn * 0.9, turn * 0.9 + 0.1 + 0.4 / count);
                canvas.sprite(&word.sprite, Affine::translate(word.at.to_vec2()), here * (1.0 - deleted));
                self.draw_caret(canvas, word, clock, here);
            }
        }
    }

    /// What may be drawn on: the bounds less a rim that stays empty.
    fn inner(&self) -> Rect {
        Rect::new(4.0, 2.0, f64::from(self.bounds.width) - 4.0, f64::from(self.bounds.height) - 2.0)
    }

    /// What a word that comes in along its own line may show.
    fn line_mask(&self, word: &DrawnWord) -> Rect {
        let (inner, height) = (self.inner(), word.line_bottom - word.line_top);
        Rect {
            y0: (word.line_top - height * 0.1).max(inner.y0),
            y1: (word.line_bottom + height * 0.12).min(inner.y1),
            ..inner
        }
    }

    /// A word scaled by two factors and turned by an angle about `pivot`.
    fn draw_turned(
        &self,
        canvas: &mut Canvas,
        word: &DrawnWord,
        pivot: Point,
        (wide, high, angle): (f64, f64, f64),
        alpha: f64,
    ) {
        if alpha <= 0.0 {
            return;
        }
        let place = Affine::translate(pivot.to_vec2())
            * Affine::rotate(angle)
            * Affine::scale_non_uniform(wide, high)
            * Affine::translate(word.at.to_vec2() - pivot.to_vec2());
        canvas.clip_rect(self.inner());
        canvas.sprite(&word.sprite, place, alpha);
        canvas.unclip();
    }

    /// A bar behind the newest word, until all are there.
    fn draw_caret(&self, canvas: &mut Canvas, word: &DrawnWord, clock: &Clock, here: f64) {
        let next = (word.order + 1) as f64 * (0.13_f64).min(0.8 / self.words.len().max(1) as f64);
        let until = clock.entrance(next, 0.35);
        let last = word.order + 1 == self.words.len();
        let alpha = here * (1.0 - if last { until } else { (until * 8.0).min(1.0) });
        if alpha <= 0.0 {
            return;
        }
        let height = word.line_bottom - word.line_top;
        let side = if self.rtl { -1.0 } else { 1.0 };
        let x = word.center.x + side * (word.width / 2.0 + height * 0.1);
        let bar = Rect::new(
            x - height * 0.035,
            word.line_top + height * 0.14,
            x + height * 0.035,
            word.line_bottom - height * 0.1,
        );
        canvas.fill_rect(bar.intersect(self.inner()).abs(), paint(self.style.accent, alpha));
    }

    /// The plate grows out of its middle before the words come.
    fn draw_plate(&self, canvas: &mut Canvas, clock: &Clock) {
        let (Some(plate), Some(color)) = (self.plate, self.style.plate) else { return };
        let grown = ease_out(clock.entrance(0.0, 0.4)) * (1.0 - ease_in(clock.leaving));
        if grown <= 0.01 {
            return;
        }
        let middle = plate.center();
        let shown = Rect::new(
            middle.x - plate.width() / 2.0 * grown,
            plate.y0,
            middle.x + plate.width() / 2.0 * grown,
            plate.y1,
        );
        canvas.fill_rounded(shown, (plate.height() * 0.16).min(28.0), paint(color, PLATE_ALPHA));
    }

    /// Two short strokes that grow outwards beside a name.
    fn draw_flanks(&self, canvas: &mut Canvas, clock: &Clock) {
        let grown = ease_out(clock.entrance(0.15, 0.7)) * (1.0 - ease_in(clock.leaving));
        let length = 54.0 * grown;
        if length < 2.0 || self.lines != 1 {
            return;
        }
        let y = self.block.center().y;
        for (from, direction) in [(self.block.x0 - 18.0, -1.0), (self.block.x1 + 18.0, 1.0)] {
            let to = from + direction * length;
            let stroke = Rect::new(from.min(to), y - 2.5, from.max(to), y + 2.5);
            if stroke.x0 >= 2.0 && stroke.x1 <= f64::from(self.bounds.width) - 2.0 {
                canvas.fill_rounded(stroke, 2.5, paint(self.style.accent, 1.0));
            }
        }
    }

    fn draw_button(&self, canvas: &mut Canvas, clock: &Clock) {
        let Some(plate) = self.plate else { return };
        let time = clock.entrance(0.05, 0.55);
        if time <= 0.0 {
            return;
        }
        let rest = (clock.seconds - 0.7).max(0.0);
        let pulse = 1.0 + 0.018 * wave(rest, 1.15, 0.0) * progress(rest, 0.0, 0.6);
        let scale = mix(0.5, 1.0, overshoot(time)).min(1.05) * pulse;
        let alpha = progress(time, 0.0, 0.25);
        let middle = plate.center();
        let before = canvas.transform();
        canvas.set_transform(
            before
                * Affine::translate(middle.to_vec2())
                * Affine::scale(scale)
                * Affine::translate(-middle.to_vec2()),
        );
        let radius = plate.height() / 2.0;
        let color = self.style.plate.unwrap_or(self.style.accent);
        let top = color.mix(Rgb::WHITE, 0.07);
        let shape = RoundedRect::from_rect(plate, radius);
        canvas.fill_gradient(
            &shape,
            linear(
                Point::new(plate.x0, plate.y0),
                Point::new(plate.x0, plate.y1),
                &[paint(top, alpha), paint(color, alpha)],
            ),
        );
        // A gleam crosses the button every two seconds and a bit.
        let sweep = (rest % 2.4) / 0.7;
        if rest > 0.0 && sweep < 1.0 {
            let x = mix(plate.x0 - 120.0, plate.x1 + 120.0, sweep);
            let mut gleam = BezPath::new();
            gleam.move_to((x - 46.0, plate.y1));
            gleam.line_to((x + 6.0, plate.y0));
            gleam.line_to((x + 46.0, plate.y0));
            gleam.line_to((x - 6.0, plate.y1));
            gleam.close_path();
            canvas.clip(&shape);
            canvas.fill_path(&gleam, paint(Rgb::WHITE, 0.13 * alpha));
            canvas.unclip();
        }
        for word in &self.words {
            canvas.sprite(&word.sprite, Affine::translate(word.at.to_vec2()), alpha);
        }
        self.draw_arrow(canvas, plate, rest, alpha);
        canvas.set_transform(before);
    }

    /// Points the way the words run, and nudges that way.
    fn draw_arrow(&self, canvas: &mut Canvas, plate: Rect, rest: f64, alpha: f64) {
        let direction = if self.rtl { -1.0 } else { 1.0 };
        let size = plate.height() * 0.13;
        let edge = if self.rtl { self.block.x0 } else { self.block.x1 };
        let x = edge + direction * (plate.height() * 0.30 + size + 3.0 * wave(rest, 1.15, 0.0));
        let y = plate.center().y;
        let mut arrow = BezPath::new();
        arrow.move_to((x - direction * size, y - size));
        arrow.line_to((x, y));
        arrow.line_to((x - direction * size, y + size));
        canvas.stroke(&arrow, plate.height() * 0.06, paint(self.style.ink, alpha));
    }
}

/// The plate of these words on the frame, or what is around them where they have none.
pub fn plate(
    role: OverlayRole,
    words: &str,
    placement: TextPlacement,
    style: OverlayStyle,
    page: Page,
) -> Rect {
    let text = set_case(&text::readable(words), role, style.font);
    let overlay = Overlay {
        id: OverlayId::from_uuid(Default::default()),
        role,
        text: text.clone(),
        start: Frames::ZERO,
        length: Frames(1),
        placement,
        style,
    };
    let Layout { block, origin, plate, .. } =
        Layout::on_page(&text, &overlay, page, runs_right_to_left(&text));
    plate.unwrap_or_else(|| Rect::from_origin_size(origin, (block.width, block.height)))
}

/// The overlay's own time.
struct Clock {
    seconds: f64,
    /// Less than 1 where the overlay is too short for its usual pace.
    pace: f64,
    /// 0 while the words stay, 1 when they are gone.
    leaving: f64,
}

impl Clock {
    fn new(at: Frames, length: Frames, leaves: bool) -> Self {
        let (seconds, total) = (at.seconds(), length.seconds());
        let pace = (total / (2.0 * ENTRANCE)).clamp(0.05, 1.0);
        let exit = EXIT * pace;
        // By the last frame, the one before `total`, the words have gone.
        let last = total - Frames(1).seconds();
        let leaving = if leaves { progress(seconds, last - exit, last) } else { 0.0 };
        Self { seconds, pace, leaving }
    }

    /// Progress of a part of the entrance. The first frame already shows a beginning.
    fn entrance(&self, delay: f64, duration: f64) -> f64 {
        progress(self.seconds + 3.0 / 24.0, delay * self.pace, (delay + duration) * self.pace)
    }
}

/// Where words, plate and all stand on the frame.
struct Layout {
    block: Block,
    origin: Point,
    plate: Option<Rect>,
    outer: Rect,
}

impl Layout {
    fn on_page(words: &str, overlay: &Overlay, page: Page, rtl: bool) -> Self {
        let zone = zones::role(page, overlay.placement, overlay.role);
        let align = match (page.aspect, overlay.placement) {
            _ if overlay.role.point().is_some() => Align::Start,
            (AspectRatio::Landscape16x9, TextPlacement::Middle) => Align::Center,
            (AspectRatio::Landscape16x9, _) | (_, TextPlacement::Beside) => Align::Start,
            _ => Align::Center,
        };
        Self::of(words, overlay, zone, align, rtl)
    }

    fn of(words: &str, overlay: &Overlay, zone: Rect, align: Align, rtl: bool) -> Self {
        let (role, style, tall) = (overlay.role, &overlay.style, overlay.placement == TextPlacement::Tall);
        let face = Face::of(style.font, role);
        // A name is one short line; its strip is low.
        let deep = reaches_deep(words);
        // Letters that large reach farther beyond their line.
        let above = match role {
            OverlayRole::Name => 4.0,
            OverlayRole::Support if !deep && style.plate.is_none() => 6.0,
            OverlayRole::Headline if deep => MARGIN + if tall { 76.0 } else { 42.0 },
            OverlayRole::Headline => MARGIN + if tall { (zone.height() * 0.07).min(40.0) } else { 16.0 },
            _ => MARGIN,
        };
        let inner = zone.inflate(-MARGIN - 6.0, -above);
        if role == OverlayRole::CallToAction {
            return Self::button(words, face, inner, align, rtl);
        }
        let (pad_x, pad_y) = if style.plate.is_some() { (30.0, 16.0) } else { (0.0, 0.0) };
        let flanks = if role == OverlayRole::Name { 80.0 } else { 0.0 };
        let room = (inner.width() - 2.0 * pad_x - 2.0 * flanks, inner.height() - 2.0 * pad_y);
        let narrow = matches!(style.font, Font::Poster | Font::Sport | Font::Lively);
        let sizes = match role {
            OverlayRole::Headline if narrow => (30.0, if tall { 330.0 } else { 176.0 }),
            OverlayRole::Headline => (30.0, if tall { 230.0 } else { 132.0 }),
            OverlayRole::Support => (22.0, if tall { 56.0 } else { 48.0 }),
            OverlayRole::FirstPoint | OverlayRole::SecondPoint | OverlayRole::ThirdPoint => (22.0, 58.0),
            // On an end card the name is what to remember.
            OverlayRole::Name if style.animation == Animation::Fade => (18.0, 80.0),
            _ => (18.0, 44.0),
        };
        let block = text::fit(words, face, room, sizes, align);
        let x = match (align, rtl) {
            (Align::Center, _) => inner.center().x - block.width / 2.0,
            (Align::Start, false) => inner.x0 + pad_x + flanks,
            (Align::Start, true) => inner.x1 - pad_x - flanks - block.width,
        };
        let y = match role {
            // Alone in a tall zone, a short headline stands in its middle.
            OverlayRole::Headline if tall => inner.y1 - pad_y - block.height - (room.1 - block.height) * 0.35,
            OverlayRole::Headline => inner.y1 - pad_y - block.height,
            OverlayRole::Name
            | OverlayRole::FirstPoint
            | OverlayRole::SecondPoint
            | OverlayRole::ThirdPoint => inner.center().y - block.height / 2.0,
            _ => inner.y0 + pad_y,
        };
        let text = Rect::new(x, y, x + block.width, y + block.height);
        let plate = style.plate.map(|_| text.inflate(pad_x, pad_y));
        // Italics, swashes and the first letter's foot reach a little beyond their advance.
        let reach = block.size * if deep { 0.36 } else { 0.14 };
        let outer = plate.unwrap_or(text).union(text.inflate(reach + flanks, reach));
        Self { block, origin: Point::new(x, y), plate, outer }
    }

    /// In the middle of its strip, on a plate as wide as the words are.
    fn caption(words: &str, zone: Rect) -> Self {
        let (pad_x, pad_y) = (26.0, 10.0);
        let inner = zone.inflate(-MARGIN, -2.0);
        let room = (inner.width() - 2.0 * pad_x, inner.height() - 2.0 * pad_y);
        let face = Face::of(CAPTION.font, OverlayRole::Support);
        let block = text::fit(words, face, room, (20.0, 44.0), Align::Center);
        let size = (block.width, block.height);
        let text = Rect::from_center_size(inner.center(), size);
        let plate = text.inflate(pad_x, pad_y);
        Self { origin: text.origin(), block, plate: Some(plate), outer: plate }
    }

    fn button(words: &str, face: Face, inner: Rect, align: Align, rtl: bool) -> Self {
        let height = inner.height().min(128.0) - 6.0;
        let pad = height * 0.7;
        let arrow = height * 0.62;
        let room = (inner.width() - 2.0 * pad - arrow - 20.0, height * 0.66);
        let block = text::fit(words, face, room, (18.0, height * 0.43), Align::Center);
        let width = block.width + 2.0 * pad + arrow;
        let x = match (align, rtl) {
            (Align::Center, _) => inner.center().x - width / 2.0,
            (Align::Start, false) => inner.x0 + 8.0,
            (Align::Start, true) => inner.x1 - 8.0 - width,
        };
        let top = inner.y0 + 3.0;
        let plate = Rect::new(x, top, x + width, top + height);
        let text_x = if rtl { x + pad * 0.9 + arrow } else { x + pad };
        let origin = Point::new(text_x, plate.center().y - block.height / 2.0);
        Self { block, origin, plate: Some(plate), outer: plate.inflate(width * 0.04, 5.0) }
    }
}

fn draw_words(layout: &Layout, style: &OverlayStyle, accent: &[usize], shift: (f64, f64)) -> Vec<DrawnWord> {
    let size = layout.block.size;
    let mut words = Vec::new();
    for (line, laid) in layout.block.lines.iter().enumerate() {
        for word in &laid.words {
            let origin = layout.origin + vello_cpu::kurbo::Vec2::from(shift);
            let reach = (size * 0.3).ceil();
            let place = word.rect + origin.to_vec2();
            let at = Point::new((place.x0 - reach).floor(), (place.y0 - reach).floor());
            let (width, height) = (place.x1 + reach - at.x, place.y1 + reach - at.y);
            let mut canvas = Canvas::new(width.ceil().max(1.0) as u16, height.ceil().max(1.0) as u16);
            let order = words.len();
            let color = if accent.contains(&order) { style.accent } else { style.ink };
            word.draw(&mut canvas, size, (origin.x - at.x, origin.y - at.y), color);
            words.push(DrawnWord {
                sprite: canvas.finish_sprite(),
                at,
                line,
                line_top: laid.top + origin.y,
                line_bottom: laid.bottom + origin.y,
                order,
                center: place.center(),
                width: place.width().max(1.0),
            });
        }
    }
    words
}

/// The words of a headline that are set in the accent: its figure, or what it gives away, or the name in it;
/// none where there is no such thing. `written` is the headline before it was set in capitals.
fn accented_words(block: &Block, text: &str, written: &str, role: OverlayRole) -> Vec<usize> {
    const FREE: [&str; 9] =
        ["free", "gratis", "gratuit", "gratuite", "kostenlos", "umsonst", "бесплатно", "δωρεάν", "مجانا"];
    let count: usize = block.lines.iter().map(|line| line.words.len()).sum();
    let words: Vec<&str> = text.split_whitespace().collect();
    let written = text::readable(written);
    let written: Vec<&str> = written.split_whitespace().collect();
    // A word that was broken over two lines counts twice; then no word is singled out.
    if role != OverlayRole::Headline || words.len() != count || written.len() != count || count < 2 {
        return Vec::new();
    }
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let figure = words.iter().position(|word| word.contains(|c: char| c.is_ascii_digit()));
    let free = || words.iter().position(|word| FREE.contains(&bare(word).as_str()));
    match figure.or_else(free) {
        Some(word) => vec![word],
        None => named_words(&written),
    }
}

/// The one name within a sentence: capitalised words that no sentence begins with. Nothing where there are
/// several such, as in languages and titles that capitalise much.
fn named_words(words: &[&str]) -> Vec<usize> {
    const DAYS_AND_I: [&str; 9] =
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "I", "I'm"];
    let bare = |word: &str| word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned();
    let begins = |at: usize| {
        at == 0
            || words[at - 1]
                .ends_with(['.', '!', '?', ':', '\u{2026}', '\u{201c}', '"', '\u{2013}', '\u{2014}'])
    };
    let is_name = |at: usize| {
        let word = bare(words[at]);
        let capital = word.chars().next().is_some_and(char::is_uppercase);
        (capital && !begins(at) || has_its_own_case(&word)) && !DAYS_AND_I.contains(&word.as_str())
    };
    let names: Vec<usize> = (0..words.len()).filter(|&at| is_name(at)).collect();
    let together = names.windows(2).all(|pair| pair[1] == pair[0] + 1);
    if together && names.len() <= 3 && names.len() * 2 <= words.len() { names } else { Vec::new() }
}

/// Posters shout; everything else speaks as it was written. Addresses, and names with capitals of their own
/// such as iPhone, are never shouted.
fn set_case(text: &str, role: OverlayRole, font: Font) -> String {
    if role != OverlayRole::Headline || font != Font::Poster {
        return text.to_owned();
    }
    let shout = |word: &str| {
        if is_address(word) || has_its_own_case(word) { word.to_owned() } else { word.to_uppercase() }
    };
    text.split(' ').map(shout).collect::<Vec<_>>().join(" ")
}

/// A dot between letters, or what only addresses have.
fn is_address(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let dotted = letters.windows(3).any(|three| {
        three[1] == '.' && three[0].is_alphanumeric() && three[2].is_alphabetic() && three[2].is_lowercase()
    });
    dotted || word.contains('@') || word.contains("://")
}

/// A capital behind a small letter: iPhone, YouTube.
fn has_its_own_case(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    letters.windows(2).any(|two| two[0].is_lowercase() && two[1].is_uppercase())
}

/// Arabic, Devanagari, Thai and their like go farther below and above a line than Latin faces allow for.
fn reaches_deep(text: &str) -> bool {
    text.chars()
        .any(|c| matches!(c, '\u{590}'..='\u{e7f}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'))
}

fn runs_right_to_left(text: &str) -> bool {
    text.chars().find(|c| c.is_alphabetic()).is_some_and(
        |c| matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}'),
    )
}

/// The smallest even rectangle around `rect`, inside the frame.
fn even_bounds(rect: Rect, frame: Resolution) -> Bounds {
    let down = |value: f64, limit: u32| (value.max(0.0) as u32 / 2 * 2).min(limit - 2);
    let (x, y) = (down(rect.x0, frame.width), down(rect.y0, frame.height));
    let up = |end: f64, start: u32, limit: u32| {
        ((end.ceil().max(0.0) as u32).saturating_sub(start).div_ceil(2) * 2).clamp(2, limit - start)
    };
    Bounds { x, y, width: up(rect.x1, x, frame.width), height: up(rect.y1, y, frame.height) }
}

fn unpremultiply(rgba: &mut [u8]) {
    for pixel in rgba.chunks_exact_mut(4) {
        let alpha = u32::from(pixel[3]);
        if alpha != 0 && alpha != 255 {
            for channel in &mut pixel[..3] {
                *channel = ((u32::from(*channel) * 255 + alpha / 2) / alpha).min(255) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use admint_domain::OverlayId;

    use super::*;

    /// The roles that a placement has room for.
    fn roles(placement: TextPlacement) -> Vec<OverlayRole> {
        let fits = |role: &OverlayRole| match placement.has_points() {
            true => *role == OverlayRole::Headline || role.point().is_some(),
            false => role.point().is_none(),
        };
        OverlayRole::ALL.into_iter().filter(fits).collect()
    }

    fn overlay(role: OverlayRole, text: &str, placement: TextPlacement, kind: usize) -> Overlay {
        Overlay {
            id: OverlayId::from_uuid(Default::default()),
            role,
            text: text.to_owned(),
            start: Frames(0),
            length: Frames(60),
            placement,
            style: OverlayStyle {
                font: Font::ALL[kind % Font::ALL.len()],
                ink: Rgb(20, 20, 30),
                plate: (kind % 2 == 1 || role == OverlayRole::CallToAction).then_some(Rgb(250, 240, 220)),
                accent: Rgb(200, 60, 20),
                animation: Animation::ALL[(kind + kind / 4) % Animation::ALL.len()],
            },
        }
    }

    fn drawn(drawing: &OverlayDrawing, at: u32) -> Vec<u8> {
        let mut rgba = vec![0; drawing.bounds().rgba_len()];
        drawing.draw(Frames(at), &mut rgba);
        rgba
    }

    fn texts() -> [String; 7] {
        [
            "Glow".into(),
            "Makes your skin glow".into(),
            "Helps freelancers track every invoice they ever wrote in peace".into(),
            "x".repeat(300),
            "قهوة عربية طازجة كل صباح".into(),
            "毎朝の淹れたてコーヒーを、あなたの街で。".into(),
            "Ĥäßlich & jÿgg".into(),
        ]
    }

    #[test]
    fn boxes_of_one_scene_never_overlap_whatever_is_written() {
        let texts = texts();
        let pages = AspectRatio::ALL
            .into_iter()
            .flat_map(|aspect| [false, true].map(|captioned| Page { aspect, captioned }));
        for page in pages {
            for placement in TextPlacement::ALL {
                for (kind, text) in texts.iter().enumerate() {
                    let words = roles(placement).into_iter().map(|role| {
                        OverlayDrawing::new(&overlay(role, text, placement, kind), page).unwrap()
                    });
                    let caption = page
                        .captioned
                        .then(|| OverlayDrawing::caption(text, Frames(30), page.aspect).unwrap());
                    let boxes: Vec<Bounds> = words.chain(caption).map(|drawing| drawing.bounds()).collect();
                    for (index, a) in boxes.iter().enumerate() {
                        let frame = page.aspect.resolution();
                        assert!([a.x, a.y, a.width, a.height].iter().all(|side| side % 2 == 0));
                        assert!(a.x + a.width <= frame.width && a.y + a.height <= frame.height);
                        for b in &boxes[index + 1..] {
                            let apart = a.y + a.height <= b.y || b.y + b.height <= a.y;
                            assert!(apart, "{page:?} {placement:?} `{text}`: {a:?} {b:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_captions_own_lines_are_spaces() {
        let words =
            |text| OverlayDrawing::caption(text, Frames(20), AspectRatio::Square).unwrap().words.len();
        assert_eq!(words("Five\nminutes that belong to you."), 6);
    }

    #[test]
    fn captions_are_whole_in_every_frame_and_stand_still() {
        for aspect in AspectRatio::ALL {
            for text in texts() {
                let drawing = OverlayDrawing::caption(&text, Frames(20), aspect).unwrap();
                let first = drawn(&drawing, 0);
                for at in [0, 10, 19] {
                    check_unclipped(&drawing, at);
                    assert_eq!(drawn(&drawing, at), first, "{aspect} `{text}` at {at}");
                }
                assert!(first.chunks_exact(4).any(|pixel| pixel[..] == [255; 4]), "`{text}` is shown");
            }
        }
    }

    #[track_caller]
    fn check_unclipped(drawing: &OverlayDrawing, at: u32) {
        let rgba = drawn(drawing, at);
        let Bounds { width, height, .. } = drawing.bounds();
        let alpha = |x: u32, y: u32| rgba[((y * width + x) * 4 + 3) as usize];
        let border = (0..width)
            .flat_map(|x| [(x, 0), (x, height - 1)])
            .chain((0..height).flat_map(|y| [(0, y), (width - 1, y)]));
        for (x, y) in border {
            assert_eq!(alpha(x, y), 0, "frame {at} at {x},{y} of {width}x{height}: {:?}", drawing.style);
        }
    }

    #[test]
    fn nothing_is_ever_cut_at_the_edge() {
        let placements =
            [TextPlacement::Upper, TextPlacement::Tall, TextPlacement::Rows, TextPlacement::Beside];
        let cases = placements
            .into_iter()
            .flat_map(|placement| roles(placement).into_iter().map(move |role| (placement, role)));
        for (index, (placement, role)) in cases.enumerate() {
            for (kind, text) in texts().iter().enumerate() {
                let overlay = overlay(role, text, placement, kind + index);
                let drawing = OverlayDrawing::new(&overlay, AspectRatio::Portrait9x16).unwrap();
                for at in [0, 6, 12, 30, 58] {
                    check_unclipped(&drawing, at);
                }
                assert!(
                    drawn(&drawing, 30).chunks_exact(4).any(|pixel| pixel[3] == 255),
                    "`{text}` is shown"
                );
            }
        }
    }

    #[test]
    fn words_move_in_and_leave_and_those_of_an_end_card_stay() {
        let ink = |rgba: &[u8]| rgba.chunks_exact(4).map(|pixel| u64::from(pixel[3])).sum::<u64>();
        for (kind, animation) in Animation::ALL.into_iter().enumerate() {
            let mut overlay =
                overlay(OverlayRole::Headline, "Makes your skin glow", TextPlacement::Upper, kind * 2);
            overlay.style.animation = animation;
            let drawing = OverlayDrawing::new(&overlay, AspectRatio::Square).unwrap();
            let (first, rest, last) = (drawn(&drawing, 0), drawn(&drawing, 40), drawn(&drawing, 59));
            assert!(ink(&first) < ink(&rest), "{animation:?}");
            if animation == Animation::Fade {
                assert_eq!(ink(&last), ink(&rest));
            } else {
                assert!(ink(&last) < ink(&rest) / 2, "{animation:?}");
            }
        }
    }

    #[track_caller]
    fn check_accent(text: &str, accented: &str) {
        let mut overlay = overlay(OverlayRole::Headline, text, TextPlacement::Tall, 0);
        overlay.style.font = Font::Poster;
        let words = set_case(&text::readable(text), overlay.role, overlay.style.font);
        let layout = Layout::on_page(&words, &overlay, AspectRatio::Portrait9x16.into(), false);
        let found = accented_words(&layout.block, &words, text, overlay.role);
        let written: Vec<&str> = text.split_whitespace().collect();
        assert_eq!(found.iter().map(|&at| written[at]).collect::<Vec<_>>().join(" "), accented, "{text}");
    }

    #[test]
    fn a_figure_a_gift_or_a_name_stands_out_and_nothing_else() {
        check_accent("Now 20% off at Northwind", "20%");
        check_accent("Your first class is free", "free");
        check_accent("Meet Northwind Coffee Roasters today, gladly", "Northwind Coffee Roasters");
        check_accent("Enter the quiet", "");
        check_accent("Hello, again", "");
        check_accent("Der Kaffee, den dein Morgen braucht", "");
        check_accent("The case your iPhone deserves", "iPhone");
        check_accent("See you on Monday", "");
    }

    #[test]
    fn posters_shout_but_leave_names_and_addresses_alone() {
        let set = |text| set_case(text, OverlayRole::Headline, Font::Poster);
        assert_eq!(set("Slow down. Sip. Smile."), "SLOW DOWN. SIP. SMILE.");
        assert_eq!(set("A case for your iPhone"), "A CASE FOR YOUR iPhone");
        assert_eq!(set("Try it at tally.example"), "TRY IT AT tally.example");
        assert_eq!(set("Write to ann@tally.example"), "WRITE TO ann@tally.example");
        assert_eq!(set_case("Slow down", OverlayRole::Headline, Font::Modern), "Slow down");
    }

    #[test]
    fn typed_words_are_deleted_from_the_end() {
        let mut overlay = overlay(OverlayRole::Headline, "One two three four", TextPlacement::Upper, 0);
        (overlay.style.animation, overlay.style.plate) = (Animation::Type, None);
        let drawing = OverlayDrawing::new(&overlay, AspectRatio::Square).unwrap();
        let ink = |at: u32, word: &DrawnWord| {
            let (rgba, width) = (drawn(&drawing, at), drawing.bounds().width);
            let (x, y) = (word.center.x as u32, word.center.y as u32);
            let reach = (word.width / 2.0 - 4.0) as u32;
            (x - reach..x + reach).filter(|x| rgba[((y * width + x) * 4 + 3) as usize] > 127).count()
        };
        let (first, last) = (&drawing.words[0], &drawing.words[3]);
        assert!(ink(40, first) > 0 && ink(40, last) > 0);
        let gone = (40..60).find(|&at| ink(at, last) == 0).unwrap();
        assert!(ink(gone, first) > 0, "the first word outlives the last");
        assert_eq!(ink(59, first), 0);
    }

    #[test]
    fn the_same_frame_is_the_same_bytes_on_every_thread() {
        let overlay = overlay(OverlayRole::CallToAction, "Try it today", TextPlacement::Lower, 1);
        let drawing = OverlayDrawing::new(&overlay, AspectRatio::Square).unwrap();
        let here = drawn(&drawing, 33);
        std::thread::scope(|scope| {
            for thread in [scope.spawn(|| drawn(&drawing, 33)), scope.spawn(|| drawn(&drawing, 33))] {
                assert_eq!(thread.join().unwrap(), here);
            }
        });
    }

    #[test]
    fn words_that_no_font_can_show_leave_an_empty_drawing() {
        let drawing = OverlayDrawing::new(
            &overlay(OverlayRole::Headline, "\u{1f680}\u{1f680}", TextPlacement::Upper, 0),
            AspectRatio::Square,
        )
        .unwrap();
        assert!(drawn(&drawing, 20).iter().all(|&byte| byte == 0));
    }
}
