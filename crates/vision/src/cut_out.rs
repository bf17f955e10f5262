//! Taking the background away.

use crate::credibility::{self, LEAST_DECIDED, WholeReason};
use crate::foreground::foreground;
use crate::islands::{drop_strays, fill_pinholes};
use crate::matte::matte;
use crate::model::{Model, SIDE};
use crate::plane::{Area, Plane};
use crate::{Photo, Picture};

/// A product to be staged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CutOut {
    /// Cropped to the product with a small transparent margin, unless it is [`Origin::Whole`].
    /// Straight alpha, like every [`Picture`].
    pub picture: Picture,
    pub origin: Origin,
    /// Where the photo's own edge cuts the product off: such a side wants to stand on an edge of the frame.
    pub cut_off: Sides,
}

/// How a cut-out was obtained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The photo had no background to begin with.
    Transparent,
    /// The model found the product.
    Model,
    /// The photo is as it was, to be staged like a framed print.
    Whole(WholeReason),
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sides {
    pub top: bool,
    pub right: bool,
    pub bottom: bool,
    pub left: bool,
}

/// A photo with this share of transparent pixels is a cut-out already; less is a rounded corner.
const LEAST_TRANSPARENT: f64 = 0.02;
/// The margin left around a product, as a share of its longer side.
const MARGIN: f64 = 0.02;
/// If the product's box covers less than this share of the photo, the model looks again, closer.
const LOOK_AGAIN: f64 = 0.7;
/// How much is kept around the product for that closer look, as a share of the product's own sides.
const SURROUNDINGS: f64 = 0.15;
/// Intersection over union that the two looks must reach, or the first one is kept.
const AGREEMENT: f32 = 0.75;

/// The product without its background. Never fails: in doubt the photo stays whole, with the reason.
///
/// The same photo gives the same bytes on one type of machine.
pub fn cut_out(photo: &Photo) -> CutOut {
    if is_cut_already(photo) {
        let (picture, cut_off) = trimmed(photo.picture());
        return CutOut { picture, origin: Origin::Transparent, cut_off };
    }
    cut_out_with(photo, Model::load().as_ref())
}

pub(crate) fn cut_out_with(photo: &Photo, model: Option<&Model>) -> CutOut {
    let found = model.ok_or(WholeReason::NoModel).and_then(|model| cut(photo.picture(), model));
    match found {
        Ok((picture, cut_off)) => CutOut { picture, origin: Origin::Model, cut_off },
        Err(reason) => CutOut {
            picture: photo.picture().clone(),
            origin: Origin::Whole(reason),
            cut_off: Sides::default(),
        },
    }
}

fn is_cut_already(photo: &Photo) -> bool {
    let pixels = photo.picture().pixels();
    let all = pixels.len() as f64;
    photo.has_transparency()
        && pixels.filter(|[.., alpha]| *alpha < 128).count() as f64 >= all * LEAST_TRANSPARENT
}

fn cut(picture: &Picture, model: &Model) -> Result<(Picture, Sides), WholeReason> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let found = find(picture, model)?;
    // The alpha's band reaches a few cells beyond the mask, and so must what is worked on.
    let cell = found.cell();
    let bounds = found.mask.resized(found.area.width, found.area.height).bounds_above(0.5);
    let bounds = bounds.ok_or(WholeReason::FoundNothing)?;
    let bounds = Area { left: bounds.left + found.area.left, top: bounds.top + found.area.top, ..bounds };
    let work = bounds.grown((cell * 8.0).ceil() as usize + 8, width, height);

    let mask = found.over(work);
    let colors = Plane::of_colors(picture, work);
    let mut alpha = matte(&colors, &mask, cell);
    drop_strays(&mut alpha);
    let colors = foreground(&colors, &alpha, cell);

    let mut rgba = Vec::with_capacity(work.width * work.height * 4);
    let byte = |value: f32| (value * 255.0).round() as u8;
    for at in 0..alpha.values.len() {
        rgba.extend(colors.each_ref().map(|plane| byte(plane.values[at])));
        rgba.push(byte(alpha.values[at]));
    }
    let cut =
        Picture::new(work.width as u32, work.height as u32, rgba).expect("as many pixels as the area has");
    let (picture, inside) = trimmed(&cut);
    let cut_off = Sides {
        top: inside.top && work.top == 0,
        right: inside.right && work.right() == width,
        bottom: inside.bottom && work.bottom() == height,
        left: inside.left && work.left == 0,
    };
    Ok((picture, cut_off))
}

/// A mask of [`SIDE`] × [`SIDE`] over an area of the photo; outside it there is nothing.
struct Found {
    mask: Plane,
    area: Area,
}

impl Found {
    /// How many pixels of the photo one value of the mask covers, along the longer side.
    fn cell(&self) -> f32 {
        self.area.width.max(self.area.height) as f32 / SIDE as f32
    }

    /// The mask in the photo's own pixels over another area.
    fn over(&self, area: Area) -> Plane {
        let own = self.mask.resized(self.area.width, self.area.height);
        let mut over = Plane::filled(area.width, area.height, 0.0);
        let (top, bottom) = (area.top.max(self.area.top), area.bottom().min(self.area.bottom()));
        let (left, right) = (area.left.max(self.area.left), area.right().min(self.area.right()));
        if left >= right {
            return over;
        }
        for y in top..bottom {
            let from = (y - self.area.top) * own.width + left - self.area.left;
            let to = (y - area.top) * area.width + left - area.left;
            over.values[to..to + right - left].copy_from_slice(&own.values[from..from + right - left]);
        }
        over
    }
}

/// Looks at the whole photo, then closer at what it found there.
fn find(picture: &Picture, model: &Model) -> Result<Found, WholeReason> {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let whole = Area { left: 0, top: 0, width, height };
    let raw = model.look(picture, whole).ok_or(WholeReason::NoModel)?;
    if let Some(reason) = credibility::doubt(&raw) {
        return Err(reason);
    }
    let first = Found { mask: cleaned(raw), area: whole };
    let bounds = first.mask.bounds_above(0.5).ok_or(WholeReason::FoundNothing)?;
    let closer = surroundings(bounds, width, height);
    if (closer.width * closer.height) as f64 > (width * height) as f64 * LOOK_AGAIN {
        return Ok(first);
    }
    let raw = model.look(picture, closer).filter(|raw| credibility::decidedness(raw) >= LEAST_DECIDED);
    let Some(raw) = raw else { return Ok(first) };
    let second = Found { mask: cleaned(raw), area: closer };
    let agrees = intersection_over_union(&first.over(closer), &second.over(closer)) >= AGREEMENT;
    Ok(if agrees { second } else { first })
}

fn cleaned(mut mask: Plane) -> Plane {
    drop_strays(&mut mask);
    fill_pinholes(&mut mask);
    mask
}

/// The photo's area for a closer look, given the product's box in the mask.
fn surroundings(bounds: Area, width: usize, height: usize) -> Area {
    let span = |start: usize, length: usize, side: usize| {
        let cell = side as f64 / SIDE as f64;
        let margin = (length as f64 * cell * SURROUNDINGS).max(8.0);
        let from = (start as f64 * cell - margin).floor().max(0.0) as usize;
        let to = (((start + length) as f64 * cell + margin).ceil() as usize).min(side);
        (from, to - from)
    };
    let (left, width) = span(bounds.left, bounds.width, width);
    let (top, height) = span(bounds.top, bounds.height, height);
    Area { left, top, width, height }
}

fn intersection_over_union(a: &Plane, b: &Plane) -> f32 {
    let pairs = a.values.iter().zip(&b.values).map(|(a, b)| (*a > 0.5, *b > 0.5));
    let (mut both, mut either) = (0_u32, 0_u32);
    for (a, b) in pairs {
        both += u32::from(a && b);
        either += u32::from(a || b);
    }
    both as f32 / either.max(1) as f32
}

/// Cropped to what can be seen, with a transparent margin; and on which sides that reached the edge.
fn trimmed(picture: &Picture) -> (Picture, Sides) {
    /// What is fainter is not seen.
    const SEEN: u8 = 8;
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let alpha = picture.pixels().map(|[.., alpha]| f32::from(alpha)).collect();
    let alpha = Plane { width, height, values: alpha };
    let Some(bounds) = alpha.bounds_above(f32::from(SEEN)) else {
        return (picture.clone(), Sides::default());
    };
    let margin = (bounds.width.max(bounds.height) as f64 * MARGIN).ceil() as usize;
    let stride = (bounds.width + 2 * margin) * 4;
    let mut rgba = vec![0; stride * (bounds.height + 2 * margin)];
    for y in 0..bounds.height {
        let from = ((bounds.top + y) * width + bounds.left) * 4;
        let to = (margin + y) * stride + margin * 4;
        rgba[to..to + bounds.width * 4].copy_from_slice(&picture.rgba()[from..from + bounds.width * 4]);
    }
    let sides = Sides {
        top: bounds.top == 0,
        right: bounds.right() == width,
        bottom: bounds.bottom() == height,
        left: bounds.left == 0,
    };
    let (width, height) = (bounds.width + 2 * margin, bounds.height + 2 * margin);
    (Picture::new(width as u32, height as u32, rgba).expect("as many bytes as pixels ask for"), sides)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_model_the_photo_stays_whole() {
        let rgba = (0..100 * 80 * 4).map(|at| if at % 4 == 3 { 255 } else { (at / 7) as u8 }).collect();
        let photo = Photo::read(&Picture::new(100, 80, rgba).unwrap().to_png()).unwrap();
        let cut = cut_out_with(&photo, None);
        assert_eq!(cut.origin, Origin::Whole(WholeReason::NoModel));
        assert_eq!(&cut.picture, photo.picture());
    }

    #[test]
    fn a_closer_look_keeps_some_of_what_is_around() {
        let bounds = Area { left: 100, top: 160, width: 100, height: 160 };
        let area = surroundings(bounds, 1600, 640);
        assert_eq!(area, Area { left: 425, top: 272, width: 650, height: 368 });
    }

    #[test]
    fn a_mask_over_another_area_is_nothing_outside_its_own() {
        let found = Found {
            mask: Plane::filled(SIDE, SIDE, 1.0),
            area: Area { left: 2, top: 1, width: 2, height: 2 },
        };
        let over = found.over(Area { left: 0, top: 0, width: 3, height: 3 });
        assert_eq!(over.values, [0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
        assert_eq!(found.over(Area { left: 8, top: 8, width: 1, height: 1 }).values, [0.0]);
    }
}
