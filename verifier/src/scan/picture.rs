//! From PNG and JPEG to grey levels on white.

use std::io::Cursor;

use image::{
    DynamicImage, GrayImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, Luma,
    Rgba, imageops,
};

use super::{ScanError, TooLarge};

/// Most pixels of a picture: cameras of telephones take 12 to 50 megapixels.
///
/// Security: a PNG of a few kilobytes can claim any size; one of this size costs 200 MB while it is
/// decoded, and the server decodes only a few at a time.
pub const MAX_PIXELS: u64 = 50_000_000;

/// Most pixels of one side. Security: the same bound, for the decoders that ask for sides.
const MAX_SIDE: u32 = 20_000;

/// Bytes that a decoder may allocate: four channels of [`MAX_PIXELS`], and its own tables.
const MAX_DECODER_BYTES: u64 = MAX_PIXELS * 4 + (16 << 20);

/// The longer side of a picture in which codes are searched. A whole page, 297 mm, has then ten
/// pixels a millimetre: five for each module of a printed code.
const SEARCHED_SIDE: u32 = 3000;

/// Decodes a picture and brings it to at most [`SEARCHED_SIDE`].
pub(super) fn decode(bytes: &[u8], format: ImageFormat) -> Result<GrayImage, ScanError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::no_limits();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    let found = u64::from(width) * u64::from(height);
    if found > MAX_PIXELS {
        return Err(too_many_pixels(found));
    }
    decoder.set_limits(limits).map_err(unreadable)?;
    let picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    Ok(fitted(on_white(picture)))
}

/// Brings a picture to at most [`SEARCHED_SIDE`].
pub(super) fn fitted(picture: GrayImage) -> GrayImage {
    let longer = picture.width().max(picture.height());
    if longer <= SEARCHED_SIDE {
        return picture;
    }
    let scaled = |side: u32| {
        let side = u64::from(side) * u64::from(SEARCHED_SIDE) / u64::from(longer);
        u32::try_from(side).unwrap_or(SEARCHED_SIDE).max(1)
    };
    let (width, height) = (scaled(picture.width()), scaled(picture.height()));
    imageops::resize(&picture, width, height, imageops::FilterType::Triangle)
}

/// A code on a transparent ground is black on white to whoever looks at it.
fn on_white(picture: DynamicImage) -> GrayImage {
    if !picture.color().has_alpha() {
        return picture.into_luma8();
    }
    let picture = picture.into_rgba8();
    GrayImage::from_fn(picture.width(), picture.height(), |x, y| {
        let Rgba([red, green, blue, alpha]) = *picture.get_pixel(x, y);
        // The weights of `into_luma8` (ITU-R BT.709), rounded to thousandths.
        let grey = (u32::from(red) * 213 + u32::from(green) * 715 + u32::from(blue) * 72) / 1000;
        let alpha = u32::from(alpha);
        let blended = (grey * alpha + 255 * (255 - alpha)) / 255;
        Luma([u8::try_from(blended).unwrap_or(255)])
    })
}

fn unreadable(error: ImageError) -> ScanError {
    match error {
        ImageError::Limits(_) => too_many_pixels(0),
        error => ScanError::PictureUnreadable(error),
    }
}

const fn too_many_pixels(found: u64) -> ScanError {
    ScanError::TooLarge(TooLarge { unit: "pixels", found, limit: MAX_PIXELS })
}
