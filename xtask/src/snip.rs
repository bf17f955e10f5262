//! Empties functions of a WebAssembly module that are compiled in but can never be called.
//!
//! Compilers must keep whatever a table of functions points to. Who knows that a slot is never used can
//! replace the function by a trap; `wasm-opt` then drops everything that only it needed.

use anyhow::{Context, Result, bail};

const CUSTOM: u8 = 0;
const IMPORT: u8 = 2;
const CODE: u8 = 10;
/// In the section `name`, the part that names functions.
const FUNCTION_NAMES: u8 = 1;
/// No locals, `unreachable`, `end`.
const TRAP: [u8; 3] = [0x00, 0x00, 0x0b];

/// The module with a trap in place of every function whose name `is_dead`, and how many they are.
/// Fails on a module without names: silence would mean a bundle that quietly grew.
pub fn snip(wasm: &[u8], is_dead: impl Fn(&str) -> bool) -> Result<(Vec<u8>, usize)> {
    let header =
        wasm.get(..8).filter(|header| header.starts_with(b"\0asm")).context("no WebAssembly module")?;
    let sections = sections(wasm)?;
    let imported = match sections.iter().find(|section| section.id == IMPORT) {
        Some(section) => imported_functions(section.body)?,
        None => 0,
    };
    let mut dead = Vec::new();
    let mut is_named = false;
    for section in sections.iter().filter(|section| section.id == CUSTOM) {
        is_named |= dead_functions(section.body, &is_dead, &mut dead)?;
    }
    if !is_named {
        bail!("the module names no functions");
    }
    dead.sort_unstable();

    let mut output = header.to_vec();
    let mut count = 0;
    for section in &sections {
        output.push(section.id);
        if section.id == CODE {
            let body = emptied(section.body, imported, &dead, &mut count)?;
            write_number(&mut output, body.len());
            output.extend(body);
        } else {
            write_number(&mut output, section.body.len());
            output.extend(section.body);
        }
    }
    Ok((output, count))
}

struct Section<'wasm> {
    id: u8,
    body: &'wasm [u8],
}

fn sections(wasm: &[u8]) -> Result<Vec<Section<'_>>> {
    let mut reader = Reader(&wasm[8..]);
    let mut sections = Vec::new();
    while !reader.0.is_empty() {
        let id = reader.byte()?;
        sections.push(Section { id, body: reader.block()? });
    }
    Ok(sections)
}

// Functions are numbered from the imported ones on.
fn imported_functions(body: &[u8]) -> Result<usize> {
    let mut reader = Reader(body);
    let mut functions = 0;
    for _ in 0..reader.number()? {
        reader.block()?; // module
        reader.block()?; // name
        match reader.byte()? {
            0 => {
                functions += 1;
                reader.number()?; // type
            }
            1 => {
                reader.byte()?; // what the table holds
                reader.limits()?;
            }
            2 => reader.limits()?,
            3 => {
                reader.byte()?; // type
                reader.byte()?; // whether it changes
            }
            4 => {
                reader.byte()?; // attribute of the tag
                reader.number()?; // type
            }
            kind => bail!("an import of unknown kind {kind}"),
        }
    }
    Ok(functions)
}

// Whether this custom section names functions.
fn dead_functions(body: &[u8], is_dead: impl Fn(&str) -> bool, dead: &mut Vec<usize>) -> Result<bool> {
    let mut reader = Reader(body);
    if reader.block()? != b"name" {
        return Ok(false);
    }
    let mut is_named = false;
    while !reader.0.is_empty() {
        let part = reader.byte()?;
        let mut names = Reader(reader.block()?);
        if part != FUNCTION_NAMES {
            continue;
        }
        is_named = true;
        for _ in 0..names.number()? {
            let function = names.number()?;
            if is_dead(&String::from_utf8_lossy(names.block()?)) {
                dead.push(function);
            }
        }
    }
    Ok(is_named)
}

fn emptied(body: &[u8], imported: usize, dead: &[usize], count: &mut usize) -> Result<Vec<u8>> {
    let mut reader = Reader(body);
    let functions = reader.number()?;
    let mut output = Vec::with_capacity(body.len());
    write_number(&mut output, functions);
    for index in 0..functions {
        let mut code = reader.block()?;
        if dead.binary_search(&(imported + index)).is_ok() {
            code = &TRAP;
            *count += 1;
        }
        write_number(&mut output, code.len());
        output.extend(code);
    }
    Ok(output)
}

struct Reader<'wasm>(&'wasm [u8]);

impl<'wasm> Reader<'wasm> {
    fn byte(&mut self) -> Result<u8> {
        let (first, rest) = self.0.split_first().context("the module ends too early")?;
        self.0 = rest;
        Ok(*first)
    }

    /// An unsigned number in LEB128.
    fn number(&mut self) -> Result<usize> {
        let mut number = 0;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        bail!("a number of more than 32 bits");
    }

    /// A length and as many bytes.
    fn block(&mut self) -> Result<&'wasm [u8]> {
        let length = self.number()?;
        let (block, rest) = self.0.split_at_checked(length).context("the module ends too early")?;
        self.0 = rest;
        Ok(block)
    }

    fn limits(&mut self) -> Result<()> {
        let has_maximum = self.byte()? & 1 == 1;
        self.number()?;
        if has_maximum {
            self.number()?;
        }
        Ok(())
    }
}

fn write_number(output: &mut Vec<u8>, mut number: usize) {
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            output.push(low);
            return;
        }
        output.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RETURN_AT_ONCE: &[u8] = &[0x00, 0x0b];
    const DO_NOTHING_FIRST: &[u8] = &[0x00, 0x01, 0x0b];

    fn block(bytes: &[u8]) -> Vec<u8> {
        let mut block = Vec::new();
        write_number(&mut block, bytes.len());
        block.extend(bytes);
        block
    }

    fn section(id: u8, body: &[u8]) -> Vec<u8> {
        [vec![id], block(body)].concat()
    }

    /// One imported function, then one for each body; `names` may be empty.
    fn module(bodies: &[&[u8]], names: &[(u8, &str)]) -> Vec<u8> {
        let import = [&[1][..], &block(b"env"), &block(b"log"), &[0, 0]].concat();
        let code = bodies.iter().fold(vec![bodies.len() as u8], |code, body| [code, block(body)].concat());
        let mut module = [&b"\0asm\x01\0\0\0"[..], &section(IMPORT, &import), &section(CODE, &code)].concat();
        if !names.is_empty() {
            let list = names.iter().fold(vec![names.len() as u8], |list, (at, name)| {
                [list, vec![*at], block(name.as_bytes())].concat()
            });
            module.extend(section(CUSTOM, &[block(b"name"), section(FUNCTION_NAMES, &list)].concat()));
        }
        module
    }

    #[test]
    fn only_the_dead_are_emptied() {
        let names = [(0, "log"), (1, "View::hydrate"), (2, "View::hydrate_async")];
        let before = module(&[RETURN_AT_ONCE, DO_NOTHING_FIRST], &names);
        let (after, count) = snip(&before, |name| name.contains("hydrate_async")).unwrap();
        assert_eq!(count, 1);
        assert_eq!(after, module(&[RETURN_AT_ONCE, &TRAP], &names));
    }

    #[test]
    fn nothing_dead_is_nothing_changed() {
        let before = module(&[DO_NOTHING_FIRST], &[(1, "main")]);
        assert_eq!(snip(&before, |_| false).unwrap(), (before, 0));
    }

    #[test]
    fn a_module_without_names_or_cut_short_is_refused() {
        let nameless = module(&[RETURN_AT_ONCE], &[]);
        assert!(snip(&nameless, |_| true).unwrap_err().to_string().contains("names no functions"));
        let whole = module(&[RETURN_AT_ONCE], &[(1, "main")]);
        assert!(snip(&whole[..whole.len() - 3], |_| true).is_err());
        assert!(snip(b"GIF89a..", |_| true).is_err());
    }

    #[test]
    fn long_numbers_are_read_as_written() {
        for number in [0, 1, 127, 128, 300, 1 << 20, u32::MAX as usize] {
            let mut bytes = Vec::new();
            write_number(&mut bytes, number);
            assert_eq!(Reader(&bytes).number().unwrap(), number);
        }
    }
}
