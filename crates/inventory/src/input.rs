//! The plain bytes of a file that may be compressed, or in UTF-16.

mod utf16;

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// Byte order marks: PowerShell's `>` writes UTF-16.
const UTF_16_LE: [u8; 2] = [0xff, 0xfe];
const UTF_16_BE: [u8; 2] = [0xfe, 0xff];
/// The size of one read from the file, in bytes.
const BUFFER: usize = 256 << 10;

/// The plain bytes of `input`, and whether they were compressed: gzip and Zstandard are recognized by their first bytes, not by a name.
///
/// # Errors
/// Where the first bytes can't be read, or a Zstandard frame begins badly.
pub(crate) fn plain<'r>(input: impl Read + Send + 'r) -> io::Result<(Box<dyn Read + Send + 'r>, bool)> {
    let mut input = BufReader::with_capacity(BUFFER, Prefixed::new(input)?);
    let head = input.fill_buf()?;
    if head.starts_with(&GZIP) {
        Ok((Box::new(MultiGzDecoder::new(input)), true))
    } else if head.starts_with(&ZSTD) {
        Ok((Box::new(Frames::new(input)?), true))
    } else if head.starts_with(&UTF_16_LE) {
        Ok((Box::new(utf16::Utf8::new(input, u16::from_le_bytes)), false))
    } else if head.starts_with(&UTF_16_BE) {
        Ok((Box::new(utf16::Utf8::new(input, u16::from_be_bytes)), false))
    } else {
        Ok((Box::new(input), false))
    }
}

/// A reader whose first read returns the whole magic number, however few bytes the inner reader returns at once.
struct Prefixed<R> {
    head: io::Cursor<Vec<u8>>,
    rest: R,
}

impl<R: Read> Prefixed<R> {
    fn new(mut rest: R) -> io::Result<Self> {
        let mut head = Vec::new();
        rest.by_ref().take(ZSTD.len() as u64).read_to_end(&mut head)?;
        Ok(Self { head: io::Cursor::new(head), rest })
    }
}

impl<R: Read> Read for Prefixed<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.head.read(out)? {
            0 => self.rest.read(out),
            read => Ok(read),
        }
    }
}

/// Zstandard frames one after another, as parallel compressors and `cat` make them, with skippable ones between.
struct Frames<R> {
    input: R,
    decoder: FrameDecoder,
}

impl<R: BufRead> Frames<R> {
    fn new(input: R) -> io::Result<Self> {
        let mut frames = Self { input, decoder: FrameDecoder::new() };
        frames.begin()?;
        Ok(frames)
    }

    /// Advances to the next frame with content; `false` at the end.
    fn begin(&mut self) -> io::Result<bool> {
        while !self.input.fill_buf()?.is_empty() {
            match self.decoder.reset(&mut self.input) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    io::copy(&mut self.input.by_ref().take(u64::from(length)), &mut io::sink())?;
                }
                Err(error) => return Err(bad(&error.to_string())),
            }
        }
        Ok(false)
    }
}

impl<R: BufRead> Read for Frames<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let blocks = BlockDecodingStrategy::UptoBlocks(1);
                self.decoder.decode_blocks(&mut self.input, blocks).map_err(|e| bad(&e.to_string()))?;
            }
            let read = self.decoder.read(out)?;
            if read > 0 {
                return Ok(read);
            }
            let stated = self.decoder.get_checksum_from_data();
            if stated.is_some() && stated != self.decoder.get_calculated_checksum() {
                return Err(bad("its checksum is not that of its content"));
            }
            if !self.begin()? {
                return Ok(0);
            }
        }
    }
}

fn bad(reason: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("broken Zstandard data: {reason}"))
}
