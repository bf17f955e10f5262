//! The packaged model U²-Net-p, which says of each pixel how likely it belongs to the thing shown.
//!
//! Qin et al. 2020, "U²-Net: Going Deeper with Nested U-Structure for Salient Object Detection". Input
//! 1 × 3 × 320 × 320, normalised as its authors do; its first output is the fused mask, 1 × 1 × 320 × 320
//! from 0 to 1.

use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use rten::Value;
use rust_embed::RustEmbed;

use crate::Picture;
use crate::plane::{Area, Plane};

/// The mask's and the input's side, in pixels.
pub(crate) const SIDE: usize = 320;

// ImageNet's means and deviations, by which the model's training normalised.
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];

#[derive(RustEmbed)]
#[folder = "../../assets/vendor/models/u2netp"]
#[allow_missing = true]
struct Files;

pub(crate) struct Model(rten::Model);

impl Model {
    /// `None` when the packaged file is missing or is no model.
    pub fn load() -> Option<Self> {
        let file = Files::get("u2netp.onnx")?;
        rten::Model::load(file.data.into_owned()).ok().map(Self)
    }

    /// The probabilities over `area` of the picture, squeezed to [`SIDE`] × [`SIDE`]. `None` if the model
    /// does not run or gives something else than a mask.
    pub fn look(&self, picture: &Picture, area: Area) -> Option<Plane> {
        let input = Value::from_shape([1, 3, SIDE, SIDE], input(picture, area)).ok()?;
        let output = self.0.run_one(input.into(), None).ok()?;
        let (shape, values) = output.into_shape_vec::<f32, 4>().ok()?;
        let is_mask = shape == [1, 1, SIDE, SIDE] && values.iter().all(|value| value.is_finite());
        is_mask.then_some(Plane { width: SIDE, height: SIDE, values })
    }
}

fn input(picture: &Picture, area: Area) -> Vec<f32> {
    let source = ImageRef::new(picture.width(), picture.height(), picture.rgba(), PixelType::U8x4)
        .expect("a picture's bytes fit its size");
    let mut small = Image::new(SIDE as u32, SIDE as u32, PixelType::U8x4);
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3))
        .crop(area.left as f64, area.top as f64, area.width as f64, area.height as f64)
        .use_alpha(false);
    Resizer::new().resize(&source, &mut small, &options).expect("an area inside the picture");

    let pixels = small.buffer().as_chunks::<4>().0;
    let brightest = pixels.iter().flat_map(|pixel| &pixel[..3]).max().copied().unwrap_or(0).max(1);
    let mut values = Vec::with_capacity(3 * SIDE * SIDE);
    for channel in 0..3 {
        let (mean, deviation) = (MEAN[channel], DEVIATION[channel]);
        values.extend(pixels.iter().map(|pixel| {
            let value = f32::from(pixel[channel]) / f32::from(brightest);
            (value - mean) / deviation
        }));
    }
    values
}
