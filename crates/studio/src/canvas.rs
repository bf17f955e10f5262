//! The one place that speaks to the renderer.

use std::sync::Arc;

use admint_domain::Rgb;
use vello_cpu::{
    Glyph, Image, ImageSource, Pixmap, PixmapMut, RasterizerSettings, RenderContext, RenderSettings,
    Resources, TargetInit,
    kurbo::{Affine, BezPath, Cap, Circle, Ellipse, Join, Point, Rect, RoundedRect, Shape, Stroke},
    peniko::{Color, ColorStop, Extend, FontData, Gradient, ImageQuality, ImageSampler},
};

use crate::sprite::Sprite;

/// Half a pixel is invisible at 1080p; finer flattening only costs time.
const TOLERANCE: f64 = 0.2;

/// A drawing surface. Coordinates are pixels, y goes down.
pub struct Canvas {
    context: RenderContext,
    resources: Resources,
}

impl Canvas {
    pub fn new(width: u16, height: u16) -> Self {
        // One thread per canvas: frames are drawn side by side, each on its own core.
        let settings = RenderSettings { num_threads: 0, ..RenderSettings::default() };
        Self { context: RenderContext::new_with(width, height, settings), resources: Resources::new() }
    }

    pub fn size(&self) -> (u16, u16) {
        (self.context.width(), self.context.height())
    }

    pub fn set_transform(&mut self, transform: Affine) {
        self.context.set_transform(transform);
    }

    pub fn transform(&self) -> Affine {
        *self.context.transform()
    }

    pub fn fill(&mut self, shape: &impl Shape, color: Color) {
        self.context.set_paint(color);
        self.context.fill_path(&shape.to_path(TOLERANCE));
    }

    pub fn fill_path(&mut self, path: &BezPath, color: Color) {
        self.context.set_paint(color);
        self.context.fill_path(path);
    }

    pub fn fill_rect(&mut self, rect: Rect, color: Color) {
        self.context.set_paint(color);
        self.context.fill_rect(&rect);
    }

    pub fn fill_circle(&mut self, center: Point, radius: f64, color: Color) {
        self.fill(&Circle::new(center, radius), color);
    }

    pub fn fill_ellipse(&mut self, center: Point, radii: (f64, f64), color: Color) {
        self.fill(&Ellipse::new(center, radii, 0.0), color);
    }

    pub fn fill_rounded(&mut self, rect: Rect, radius: f64, color: Color) {
        self.fill(&RoundedRect::from_rect(rect, radius), color);
    }

    pub fn stroke(&mut self, shape: &impl Shape, width: f64, color: Color) {
        self.context.set_paint(color);
        self.context.set_stroke(Stroke::new(width).with_caps(Cap::Round).with_join(Join::Round));
        self.context.stroke_path(&shape.to_path(TOLERANCE));
    }

    pub fn fill_gradient(&mut self, shape: &impl Shape, gradient: Gradient) {
        self.context.set_paint(gradient);
        self.context.fill_path(&shape.to_path(TOLERANCE));
    }

    pub fn fill_rect_gradient(&mut self, rect: Rect, gradient: Gradient) {
        self.context.set_paint(gradient);
        self.context.fill_rect(&rect);
    }

    /// A soft round light: `color` in the middle, nothing at the rim.
    pub fn glow(&mut self, center: Point, radii: (f64, f64), color: Rgb, alpha: f64) {
        if alpha <= 0.002 || radii.0 < 1.0 || radii.1 < 1.0 {
            return;
        }
        let before = self.transform();
        let squash = radii.1 / radii.0;
        self.set_transform(
            before * Affine::translate(center.to_vec2()) * Affine::scale_non_uniform(1.0, squash),
        );
        // A cosine-like fall-off; a straight one shows a cone.
        let stops: Vec<ColorStop> = [1.0, 0.93, 0.75, 0.5, 0.25, 0.07, 0.0]
            .iter()
            .enumerate()
            .map(|(step, part)| ColorStop::from((step as f32 / 6.0, paint(color, alpha * part))))
            .collect();
        let gradient = Gradient::new_radial(Point::ZERO, radii.0 as f32).with_stops(stops.as_slice());
        self.context.set_paint(gradient);
        self.context.fill_rect(&Rect::from_center_size(Point::ZERO, (radii.0 * 2.0, radii.0 * 2.0)));
        self.set_transform(before);
    }

    /// The sprite's own pixels, its upper left corner at the origin of `place`.
    pub fn sprite(&mut self, sprite: &Sprite, place: Affine, alpha: f64) {
        self.image(sprite, place, alpha, ImageQuality::Medium);
    }

    /// The sprite with its middle at `center`, `width` pixels wide, turned by `angle` radians.
    pub fn sprite_at(&mut self, sprite: &Sprite, center: Point, width: f64, angle: f64, alpha: f64) {
        self.sprite_squashed(sprite, center, (width, 1.0), angle, alpha);
    }

    /// Like [`Self::sprite_at`], with the height multiplied by `size.1`.
    pub fn sprite_squashed(
        &mut self,
        sprite: &Sprite,
        center: Point,
        size: (f64, f64),
        angle: f64,
        alpha: f64,
    ) {
        let scale = size.0 / f64::from(sprite.width());
        let place = Affine::translate(center.to_vec2())
            * Affine::rotate(angle)
            * Affine::scale_non_uniform(scale, scale * size.1)
            * Affine::translate((-f64::from(sprite.width()) / 2.0, -f64::from(sprite.height()) / 2.0));
        self.sprite(sprite, place, alpha);
    }

    /// Fills `rect` with the sprite repeated from `origin` on; one pixel is one pixel.
    pub fn tile(&mut self, sprite: &Sprite, rect: Rect, origin: Point, alpha: f64) {
        if alpha <= 0.002 {
            return;
        }
        self.context.set_paint(Image {
            image: ImageSource::Pixmap(Arc::clone(&sprite.pixmap)),
            sampler: ImageSampler {
                x_extend: Extend::Repeat,
                y_extend: Extend::Repeat,
                quality: ImageQuality::Low,
                alpha: alpha as f32,
            },
        });
        self.context.set_paint_transform(Affine::translate(origin.to_vec2()));
        self.context.fill_rect(&rect);
        self.context.reset_paint_transform();
    }

    pub fn clip_rect(&mut self, rect: Rect) {
        self.context.push_clip_rect(&rect);
    }

    pub fn clip(&mut self, shape: &impl Shape) {
        self.context.push_clip_path(&shape.to_path(TOLERANCE));
    }

    pub fn unclip(&mut self) {
        self.context.pop_clip();
    }

    pub fn glyphs(&mut self, font: &FontData, size: f32, glyphs: &[Glyph], color: Color) {
        self.context.set_paint(color);
        // A glyph that cannot be drawn is left out; the rest of the line is worth more than an error.
        let _ = self
            .context
            .glyph_run(&mut self.resources, font)
            .font_size(size)
            .hint(false)
            .fill_glyphs(glyphs.iter().copied());
    }

    /// Rasterises into `rgba`, premultiplied, and starts anew.
    ///
    /// # Panics
    /// If `rgba` is not exactly four bytes a pixel.
    pub fn finish(&mut self, rgba: &mut [u8]) {
        self.rasterise(rgba, RasterizerSettings::default());
    }

    /// Like [`Self::finish`], over what is in `rgba` already.
    pub fn finish_over(&mut self, rgba: &mut [u8]) {
        self.rasterise(rgba, RasterizerSettings { target_init: TargetInit::SrcOver, ..Default::default() });
    }

    fn rasterise(&mut self, rgba: &mut [u8], settings: RasterizerSettings) {
        let (width, height) = self.size();
        self.context.flush();
        let target = PixmapMut::new(width, height, rgba).expect("the buffer has four bytes a pixel");
        self.context.render_with(target, &mut self.resources, settings);
        self.context.reset();
    }

    pub fn finish_sprite(&mut self) -> Sprite {
        let (width, height) = self.size();
        let mut pixmap = Pixmap::new(width, height);
        self.finish(pixmap.data_as_u8_slice_mut());
        Sprite::new(pixmap)
    }

    fn image(&mut self, sprite: &Sprite, place: Affine, alpha: f64, quality: ImageQuality) {
        if alpha <= 0.002 || place.determinant().abs() < 1e-6 {
            return;
        }
        let before = self.transform();
        self.set_transform(before * place);
        self.context.set_paint(Image {
            image: ImageSource::Pixmap(Arc::clone(&sprite.pixmap)),
            sampler: ImageSampler {
                x_extend: Extend::Pad,
                y_extend: Extend::Pad,
                quality,
                alpha: alpha.min(1.0) as f32,
            },
        });
        // Sampling is what costs; the corners of most pictures are empty.
        self.context.fill_path(&sprite.outline);
        self.set_transform(before);
    }
}

/// `color` with `alpha` from 0 to 1.
pub fn paint(color: Rgb, alpha: f64) -> Color {
    Color::from_rgba8(color.0, color.1, color.2, (alpha.clamp(0.0, 1.0) * 255.0).round() as u8)
}

/// Evenly spaced stops.
pub fn linear(from: Point, to: Point, colors: &[Color]) -> Gradient {
    let last = colors.len().saturating_sub(1).max(1) as f32;
    let stops: Vec<ColorStop> = colors
        .iter()
        .enumerate()
        .map(|(step, color)| ColorStop::from((step as f32 / last, *color)))
        .collect();
    Gradient::new_linear(from, to).with_stops(stops.as_slice())
}
