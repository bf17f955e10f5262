//! Colours that belong together. Every one keeps [`Palette::is_readable`], and a test says so.

use admint_domain::{Palette, Rgb};

use crate::dice::Dice;

/// A palette before its dependent colour is worked out.
pub struct Colors {
    pub name: &'static str,
    background: u32,
    surface: u32,
    ink: u32,
    primary: u32,
    accent: u32,
}

const fn colors(
    name: &'static str,
    background: u32,
    surface: u32,
    ink: u32,
    primary: u32,
    accent: u32,
) -> Colors {
    Colors { name, background, surface, ink, primary, accent }
}

pub const ALL: [Colors; 30] = [
    colors("roast", 0xf6e7d3, 0xfff6ea, 0x2f1a10, 0x7a3e1d, 0xf2a03d),
    colors("crema", 0xf3dcc0, 0xfdf1e0, 0x3b2015, 0xb4501e, 0xffc857),
    colors("matcha", 0xe6efd3, 0xf6f9ec, 0x1f3317, 0x3f6b2a, 0xf3b562),
    colors("sage", 0xdfe9dc, 0xf4f8f1, 0x1d2f27, 0x2f6650, 0xe9a178),
    colors("butter", 0xffeec2, 0xfff8e3, 0x3d2410, 0xc2410c, 0xffb703),
    colors("tomato", 0xffe3d3, 0xfff4ec, 0x3a1209, 0xc62d1f, 0xffb12e),
    colors("berry", 0xfbdde6, 0xfff1f5, 0x3d0f24, 0xb0184f, 0xff8fab),
    colors("blush", 0xf8e0d9, 0xfff4f0, 0x43211d, 0xa8473c, 0xf4b6a0),
    colors("lilac", 0xe9e0fb, 0xf7f2ff, 0x271745, 0x6a3fc4, 0xff9ecd),
    colors("orchid", 0xf6dff5, 0xfff2fe, 0x3a1140, 0x9420a0, 0xffc14d),
    colors("champagne", 0xefe6d8, 0xfaf6ee, 0x2a2318, 0x6f5727, 0xc9a24b),
    colors("noir", 0xe9e4de, 0xf7f4f0, 0x17130f, 0x2b2522, 0xc8964a),
    colors("sky", 0xd9ecfb, 0xf1f8ff, 0x0d2640, 0x0b63b5, 0xffb52e),
    colors("lagoon", 0xd2f0f0, 0xeefbfb, 0x083238, 0x05707a, 0xff9f68),
    colors("ocean", 0xd7e6f5, 0xf0f6fc, 0x0b1f3a, 0x123f7d, 0x2ec4d6),
    colors("mint", 0xd5f5e3, 0xf0fcf5, 0x0b3323, 0x0b7a4b, 0xffd166),
    colors("forest", 0xe3ead7, 0xf5f8ee, 0x15291a, 0x205c37, 0xe9c46a),
    colors("lime", 0xecf7c6, 0xf8fde6, 0x20300a, 0x4d7c0f, 0xff7a45),
    colors("sport", 0xe8ecf4, 0xf8faff, 0x0d1321, 0xd62828, 0xfcbf49),
    colors("volt", 0xe9f0ec, 0xf8fbf9, 0x0c1512, 0x12261e, 0xc6f432),
    colors("sunset", 0xffe1cf, 0xfff3ea, 0x3b1226, 0xc9264f, 0xff9e3d),
    colors("desert", 0xf7e3c8, 0xfff5e6, 0x3a2113, 0xa64b16, 0x2a9d8f),
    colors("indigo", 0xe0e4ff, 0xf3f5ff, 0x14163b, 0x3b3bd6, 0xff7ac6),
    colors("electric", 0xe3e6ff, 0xf4f5ff, 0x0f1035, 0x4f2be0, 0x22d3ee),
    colors("graphite", 0xe5e8ee, 0xf6f7fa, 0x12151c, 0x263044, 0x4cc9f0),
    colors("candy", 0xffe0ee, 0xfff3f9, 0x40103a, 0xc2186b, 0xffd23f),
    colors("toybox", 0xfff0c9, 0xfff9e6, 0x1d2b53, 0x1d4ed8, 0xff5d5d),
    colors("cloud", 0xe3edf4, 0xf7fbfd, 0x19303d, 0x2b6580, 0xf6b6b6),
    colors("clay", 0xf1e0d6, 0xfcf4ef, 0x33201a, 0x8f4a34, 0xd9a441),
    colors("wine", 0xf3e1e1, 0xfcf3f3, 0x2d0d16, 0x7b1b38, 0xd9a05b),
];

impl Colors {
    pub fn palette(&self) -> Palette {
        let [background, surface, ink, primary, accent] =
            [self.background, self.surface, self.ink, self.primary, self.accent].map(rgb);
        finished(background, surface, ink, primary, accent)
    }
}

/// The palette called `name`; the first one for a name that is not there.
pub fn named(name: &str) -> Palette {
    ALL.iter().find(|colors| colors.name == name).unwrap_or(&ALL[0]).palette()
}

/// The same palette a few degrees around the colour wheel, so that two seeds do not look alike.
pub fn varied(palette: &Palette, dice: &mut Dice) -> Palette {
    let turn = dice.range(-7.0, 7.0);
    let turned = |color: Rgb| rotate_hue(color, turn);
    let Palette { background, surface, ink, primary, accent, .. } = *palette;
    let varied = finished(turned(background), turned(surface), ink, turned(primary), turned(accent));
    if varied.is_readable() { varied } else { *palette }
}

/// The palette with the colour that the prompt asked for as its primary, and a second one as its accent.
pub fn branded(palette: &Palette, brand: Rgb, second: Option<Rgb>) -> Palette {
    let background = brand.mix(Rgb::WHITE, 0.86);
    let surface = brand.mix(Rgb::WHITE, 0.95);
    let ink = brand.mix(Rgb(14, 12, 18), 0.88);
    let with_accent = |accent: Rgb| finished(background, surface, ink, brand, accent);
    let accents = second.into_iter().chain([palette.accent]);
    accents.map(with_accent).find(Palette::is_readable).unwrap_or(*palette)
}

/// A palette of somebody else's choice (background, surface, ink, primary, accent): as it is where it can be read,
/// else around its primary colour, else `own`.
pub fn mended(own: &Palette, colors: [Rgb; 5]) -> Palette {
    let [background, surface, ink, primary, accent] = colors;
    let chosen = finished(background, surface, ink, primary, accent);
    if chosen.is_readable() { chosen } else { branded(own, primary, Some(accent)) }
}

/// The palette with a product's own colours: the first that is vivid, and can be read, as its primary; the
/// next that is far enough from it as its accent. A grey product leaves the palette as it is.
pub fn around(palette: &Palette, colors: &[Rgb]) -> Palette {
    let vivid: Vec<Rgb> = colors.iter().copied().filter(|color| chroma(*color) >= VIVID).collect();
    let readable = |color: &Rgb| branded(palette, *color, None).primary == *color;
    let Some(primary) = vivid.iter().flat_map(|color| deeper(*color)).find(readable) else {
        return *palette;
    };
    let around = branded(palette, primary, None);
    let apart = |color: &&Rgb| color.contrast(primary) >= 1.6 || hue_distance(**color, primary) >= 40.0;
    let accent = vivid.iter().find(apart).copied().unwrap_or(palette.accent);
    let with_accent = Palette { accent, ..around };
    if with_accent.is_readable() { with_accent } else { around }
}

/// The largest channel less the smallest, of 255.
const VIVID: u8 = 60;

fn chroma(color: Rgb) -> u8 {
    let channels = [color.0, color.1, color.2];
    channels.iter().max().unwrap_or(&0) - channels.iter().min().unwrap_or(&0)
}

/// The colour and darker shades of it: words must be readable on it.
fn deeper(color: Rgb) -> impl Iterator<Item = Rgb> {
    [0.0, 0.15, 0.3, 0.45].into_iter().map(move |amount| color.mix(Rgb(10, 10, 16), amount))
}

/// In degrees, from 0 to 180.
fn hue_distance(a: Rgb, b: Rgb) -> f64 {
    let hue = |color: Rgb| {
        let (r, g, b) = (f64::from(color.0), f64::from(color.1), f64::from(color.2));
        // The angle in the plane across the grey axis.
        (3.0_f64.sqrt() * (g - b)).atan2(2.0 * r - g - b).to_degrees()
    };
    let apart = (hue(a) - hue(b)).rem_euclid(360.0);
    apart.min(360.0 - apart)
}

fn finished(background: Rgb, surface: Rgb, ink: Rgb, primary: Rgb, accent: Rgb) -> Palette {
    let on_primary = if Rgb::WHITE.contrast(primary) >= Palette::MIN_CONTRAST { Rgb::WHITE } else { ink };
    Palette { background, surface, ink, primary, on_primary, accent }
}

fn rgb(value: u32) -> Rgb {
    Rgb((value >> 16) as u8, (value >> 8) as u8, value as u8)
}

/// By the rotation matrix about the grey axis: brightness stays about the same.
fn rotate_hue(color: Rgb, degrees: f64) -> Rgb {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (r, g, b) = (f64::from(color.0), f64::from(color.1), f64::from(color.2));
    let third = (1.0 - cos) / 3.0;
    let root = sin / 3.0_f64.sqrt();
    let channel = |a: f64, b: f64, c: f64| {
        (a * (cos + third) + b * (third - root) + c * (third + root)).round().clamp(0.0, 255.0) as u8
    };
    Rgb(channel(r, g, b), channel(g, b, r), channel(b, r, g))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_palette_is_readable_and_stays_so_when_varied() {
        for colors in &ALL {
            let palette = colors.palette();
            assert!(palette.is_readable(), "{}", colors.name);
            for seed in 0..40 {
                assert!(varied(&palette, &mut Dice::new(seed, "palette")).is_readable(), "{}", colors.name);
            }
        }
    }

    #[test]
    fn a_products_colours_join_and_stay_readable() {
        let (red, cream, grey) = (Rgb(196, 30, 40), Rgb(250, 214, 120), Rgb(130, 131, 133));
        for colors in &ALL {
            let palette = colors.palette();
            let around = around(&palette, &[grey, red, cream]);
            assert_eq!((around.primary, around.accent), (red, cream), "{}", colors.name);
            assert!(around.is_readable(), "{}", colors.name);
            assert_eq!(super::around(&palette, &[grey]), palette);
        }
    }

    #[test]
    fn a_brand_colour_is_kept_where_it_can_be_read() {
        let palette = branded(&named("sky"), Rgb(220, 20, 60), None);
        assert_eq!(palette.primary, Rgb(220, 20, 60));
        assert!(palette.is_readable());
        let (navy, gold) = (Rgb(27, 42, 78), Rgb(217, 166, 46));
        let palette = branded(&named("sky"), navy, Some(gold));
        assert_eq!((palette.primary, palette.accent), (navy, gold));
        assert!(palette.is_readable());
    }
}
