//! Pictures that makers bring along: product photos and logos.

use std::{io::Cursor, sync::Arc};

use admint_domain::Rgb;
use vello_cpu::{
    Pixmap,
    color::PremulRgba8,
    kurbo::{Point, Rect, RoundedRect},
};

use crate::{
    StudioError,
    canvas::{Canvas, paint},
    sprite::Sprite,
};

/// A maker's picture, ready to be drawn at any size. Cloning is cheap.
#[derive(Clone)]
pub struct Artwork {
    /// The picture, and halves of halves of it: drawn at less than half its size a picture would flicker.
    levels: Arc<[Sprite]>,
    framed: bool,
}

/// The share of its square that a picture's longer side takes.
const FILL: f64 = 0.96;
/// A print's white border, as a share of its square.
const MAT: f64 = 0.035;

impl Artwork {
    /// `framed` if it has its background: it then looks like a print.
    ///
    /// # Errors
    /// [`StudioError::Picture`] if `png` is none.
    pub fn from_png(png: &[u8], framed: bool) -> Result<Self, StudioError> {
        let picture = Pixmap::from_png(Cursor::new(png)).map_err(|_| StudioError::Picture)?;
        if picture.width() == 0 || picture.height() == 0 {
            return Err(StudioError::Picture);
        }
        let mut levels = vec![picture];
        while let Some(last) = levels.last().filter(|last| last.width().min(last.height()) >= 16) {
            levels.push(halved(last));
        }
        Ok(Self { levels: levels.into_iter().map(Sprite::new).collect(), framed })
    }

    pub(crate) fn is_framed(&self) -> bool {
        self.framed
    }

    /// Width over height.
    pub(crate) fn aspect(&self) -> f64 {
        f64::from(self.levels[0].width()) / f64::from(self.levels[0].height())
    }

    /// In the middle of a square of `size` pixels; a framed one with its mat.
    pub(crate) fn square(&self, size: u16) -> Sprite {
        let side = f64::from(size);
        let middle = Point::new(side / 2.0, side / 2.0);
        let mut canvas = Canvas::new(size, size);
        let (width, height) = self.extent();
        let rect = Rect::from_center_size(middle, (width * side, height * side));
        if self.framed {
            canvas.fill_rounded(rect, side * 0.03, paint(Rgb::WHITE, 1.0));
            let inner = rect.inset(-side * MAT);
            canvas.clip(&RoundedRect::from_rect(inner, side * 0.012));
            self.draw(&mut canvas, inner);
            canvas.unclip();
        } else {
            self.draw(&mut canvas, rect);
        }
        canvas.finish_sprite()
    }

    /// How far below the middle of [`square`](Self::square) the picture ends, as a share of the square.
    pub(crate) fn foot(&self) -> f64 {
        self.extent().1 / 2.0
    }

    /// Fills `rect`, whose aspect is the picture's.
    pub(crate) fn draw(&self, canvas: &mut Canvas, rect: Rect) {
        let sharp = |level: &&Sprite| f64::from(level.width()) >= rect.width();
        let level = self.levels.iter().rev().find(sharp).unwrap_or(&self.levels[0]);
        canvas.sprite_at(level, rect.center(), rect.width(), 0.0, 1.0);
    }

    /// The mean luminance of what can be seen, from 0 to 1.
    pub(crate) fn luminance(&self) -> f64 {
        let pixels = self.levels.last().map(|level| level.pixmap.data()).unwrap_or_default();
        let seen = |pixel: &PremulRgba8| {
            let part = |channel: u8| (u32::from(channel) * 255 / u32::from(pixel.a.max(1))).min(255) as u8;
            Rgb(part(pixel.r), part(pixel.g), part(pixel.b)).luminance() * f64::from(pixel.a)
        };
        let weight: f64 = pixels.iter().map(|pixel| f64::from(pixel.a)).sum();
        if weight == 0.0 { 0.0 } else { pixels.iter().map(seen).sum::<f64>() / weight }
    }

    /// Width and height in a square of one, the mat included.
    fn extent(&self) -> (f64, f64) {
        let aspect = self.aspect();
        (FILL * aspect.min(1.0), FILL * (1.0 / aspect).min(1.0))
    }
}

impl std::fmt::Debug for Artwork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (width, height) = (self.levels[0].width(), self.levels[0].height());
        write!(f, "Artwork({width}x{height}, framed: {})", self.framed)
    }
}

/// Each pixel the mean of four; an odd last row or column is left out.
fn halved(picture: &Pixmap) -> Pixmap {
    let (width, height) = (picture.width() / 2, picture.height() / 2);
    let stride = usize::from(picture.width());
    let data = picture.data();
    let mut half = Pixmap::new(width, height);
    for (index, pixel) in half.data_mut().iter_mut().enumerate() {
        let at = 2 * (index / usize::from(width)) * stride + 2 * (index % usize::from(width));
        let four = [data[at], data[at + 1], data[at + stride], data[at + stride + 1]];
        let mean = |channel: fn(&PremulRgba8) -> u8| {
            (four.iter().map(|pixel| u32::from(channel(pixel))).sum::<u32>() / 4) as u8
        };
        *pixel = PremulRgba8 { r: mean(|p| p.r), g: mean(|p| p.g), b: mean(|p| p.b), a: mean(|p| p.a) };
    }
    half
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A red disc on nothing, twice as wide as high where `wide`.
    pub(crate) fn disc(wide: bool, framed: bool) -> Artwork {
        let (width, height) = if wide { (240, 120) } else { (120, 120) };
        let mut canvas = Canvas::new(width, height);
        let middle = Point::new(f64::from(width) / 2.0, f64::from(height) / 2.0);
        canvas.fill_ellipse(middle, (middle.x, middle.y), paint(Rgb(200, 30, 30), 1.0));
        let pixmap = Arc::unwrap_or_clone(canvas.finish_sprite().pixmap);
        Artwork::from_png(&pixmap.into_png().unwrap(), framed).unwrap()
    }

    fn ink(sprite: &Sprite) -> usize {
        sprite.pixmap.data().iter().filter(|pixel| pixel.a > 127).count()
    }

    #[test]
    fn what_is_no_png_is_an_error() {
        assert_eq!(Artwork::from_png(b"no picture", false).unwrap_err(), StudioError::Picture);
    }

    #[test]
    fn covers_the_same_share_of_its_square_at_every_size() {
        let disc = disc(false, false);
        let share = |size: u16| ink(&disc.square(size)) as f64 / f64::from(size).powi(2);
        for size in [40, 90, 300] {
            assert!((share(size) - std::f64::consts::PI / 4.0 * FILL * FILL).abs() < 0.02, "{size}");
        }
    }

    #[test]
    fn a_wide_thing_ends_higher_than_its_square() {
        assert!((disc(true, false).foot() - FILL / 4.0).abs() < 1e-9);
        assert!((disc(false, false).foot() - FILL / 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_print_has_a_white_mat() {
        let print = disc(false, true).square(200);
        let edge = print.pixmap.data()[100 * 200 + 7];
        assert_eq!((edge.r, edge.g, edge.b, edge.a), (255, 255, 255, 255));
    }

    #[test]
    fn knows_how_bright_it_is() {
        let luminance = disc(false, false).luminance();
        assert!((luminance - Rgb(200, 30, 30).luminance()).abs() < 0.02, "{luminance}");
    }
}
