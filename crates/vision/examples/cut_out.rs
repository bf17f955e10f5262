//! `cut_out IN OUT.png`: cuts a photo's product out and shows it on magenta and on a checkerboard, for the
//! eye. `OUT.cut.png` gets the cut-out itself.

use std::time::Instant;

use admint_vision::{Photo, Picture, cut_out, dominant_colors};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut paths = std::env::args().skip(1);
    let (Some(input), Some(output)) = (paths.next(), paths.next()) else {
        return Err("usage: cut_out IN OUT.png".into());
    };
    let bytes = std::fs::read(&input)?;
    let start = Instant::now();
    let photo = Photo::read(&bytes)?;
    let read = start.elapsed();
    let start = Instant::now();
    let cut = cut_out(&photo);
    let cutting = start.elapsed();
    let colors: Vec<String> = dominant_colors(&cut).iter().map(ToString::to_string).collect();
    println!(
        "{input}: {} × {} read in {read:.0?}; {:?}, {} × {} cut in {cutting:.0?}, cut off {:?}; {}",
        photo.picture().width(),
        photo.picture().height(),
        cut.origin,
        cut.picture.width(),
        cut.picture.height(),
        cut.cut_off,
        colors.join(" ")
    );
    std::fs::write(&output, shown(&cut.picture).to_png())?;
    std::fs::write(format!("{}.cut.png", output.trim_end_matches(".png")), cut.picture.to_png())?;
    Ok(())
}

/// Side by side: on magenta, which shows every rim, and on a checkerboard, which shows what is half clear.
fn shown(picture: &Picture) -> Picture {
    const SQUARE: usize = 24;
    let width = picture.width() as usize;
    let mut rgba = Vec::new();
    for (y, row) in picture.rgba().chunks_exact(width * 4).enumerate() {
        for board in [false, true] {
            for (x, pixel) in row.as_chunks::<4>().0.iter().enumerate() {
                let light = if (x / SQUARE + y / SQUARE) % 2 == 0 { 255 } else { 190 };
                let back = if board { [light; 3] } else { [255, 0, 255] };
                let alpha = u32::from(pixel[3]);
                for channel in 0..3 {
                    let mixed = u32::from(pixel[channel]) * alpha + back[channel] * (255 - alpha);
                    rgba.push(((mixed + 127) / 255) as u8);
                }
                rgba.push(255);
            }
        }
    }
    Picture::new(picture.width() * 2, picture.height(), rgba).expect("twice as wide")
}
