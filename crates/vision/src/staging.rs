//! From an upload to what an ad shows of it.

use admint_domain::Rgb;

use crate::{CutOut, Origin, Photo, Picture, cut_out, cut_out::trimmed, dominant_colors};

/// A staged picture has at most this many pixels on its longer side: more than a 1080p frame shows of it.
pub const MOST_STAGED_PIXELS_A_SIDE: u32 = 1200;

/// A picture as an ad shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Staged {
    pub picture: Picture,
    /// It has its background, and wants a frame.
    pub framed: bool,
    /// The most telling first.
    pub colors: Vec<Rgb>,
    /// What was done and why, in a sentence for its maker.
    pub note: String,
}

/// The product without its background; framed with it where the cut is in doubt, or where the photo's own
/// edge cuts the product off, which no stage hides.
pub fn stage_photo(photo: &Photo) -> Staged {
    let cut = cut_out(photo);
    let colors = dominant_colors(&cut);
    let CutOut { picture, origin, cut_off } = cut;
    let (picture, doubt) = match origin {
        Origin::Whole(reason) => (picture, Some(reason.to_string())),
        Origin::Model if cut_off.any() => {
            (photo.picture().clone(), Some("the photo's edge cuts the product off".to_owned()))
        }
        _ => (picture, None),
    };
    let note = match (&doubt, origin) {
        (Some(reason), _) => format!("Shown whole, like a framed print: {reason}."),
        (None, Origin::Transparent) => "It came without a background and is used as it is.".to_owned(),
        (None, _) => "Its background was taken away.".to_owned(),
    };
    Staged { picture: picture.reduced(MOST_STAGED_PIXELS_A_SIDE), framed: doubt.is_some(), colors, note }
}

/// The mark without empty borders. One that came with a background keeps it: what is white in it may belong
/// to it.
pub fn stage_logo(photo: &Photo) -> Staged {
    let transparent = photo.has_transparency();
    let picture = if transparent { trimmed(photo.picture()).0 } else { photo.picture().clone() };
    let note = if transparent {
        "It will be in the corner and on the end card."
    } else {
        "It will be in the corner and on the end card, on its own background; a PNG without one looks better."
    };
    let colors = dominant_colors(&CutOut {
        picture: picture.clone(),
        origin: Origin::Transparent,
        cut_off: Default::default(),
    });
    Staged {
        picture: picture.reduced(MOST_STAGED_PIXELS_A_SIDE),
        framed: !transparent,
        colors,
        note: note.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(alpha: impl Fn(u32, u32) -> u8) -> Photo {
        let rgba = (0..100u32 * 80).flat_map(|at| [200, 40, 40, alpha(at % 100, at / 100)]).collect();
        Photo::read(&Picture::new(100, 80, rgba).unwrap().to_png()).unwrap()
    }

    #[test]
    fn a_picture_without_background_is_trimmed_and_used_as_it_is() {
        let staged = stage_photo(&photo(|x, y| if (20..60).contains(&x) && y < 70 { 255 } else { 0 }));
        assert!(!staged.framed, "{}", staged.note);
        assert!(staged.picture.width() < 50 && staged.picture.height() < 80);
        assert_eq!(staged.colors[0], Rgb(200, 40, 40));
    }

    #[test]
    fn a_picture_of_nothing_in_particular_is_framed_and_says_why() {
        let staged = stage_photo(&photo(|_, _| 255));
        assert!(staged.framed);
        assert!(staged.note.starts_with("Shown whole, like a framed print: "), "{}", staged.note);
        assert_eq!((staged.picture.width(), staged.picture.height()), (100, 80));
    }

    #[test]
    fn a_logo_keeps_its_background_and_loses_empty_borders() {
        assert!(stage_logo(&photo(|_, _| 255)).framed);
        let mark = stage_logo(&photo(|x, _| if x < 50 { 255 } else { 0 }));
        assert!(!mark.framed && mark.picture.width() < 60);
    }
}
