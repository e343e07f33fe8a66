//! `${NAME}` and `${NAME:-default}` inside scalars. Substitution happens after parsing, so that a value cannot change the structure
//! of the file; `$$` is a dollar sign.

/// Looks a variable up.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// `text` with its variables filled in.
///
/// # Errors
/// The name of the first variable that is not set and has no default.
pub(crate) fn substitute(text: &str, lookup: Lookup<'_>) -> Result<String, String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((inside, after)) = after.strip_prefix('{').and_then(|after| after.split_once('}')) {
            let (name, default) = inside.split_once(":-").map_or((inside, None), |(name, default)| (name, Some(default)));
            let value = lookup(name).filter(|value| default.is_none() || !value.is_empty()).or_else(|| default.map(str::to_owned));
            out.push_str(&value.ok_or_else(|| format!("the variable {name} is not set"))?);
            rest = after;
        } else {
            out.push('$');
            rest = after;
        }
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_in_variables_and_defaults() {
        let lookup = |name: &str| match name {
            "DIR" => Some("in: [box]".to_owned()),
            "EMPTY" => Some(String::new()),
            _ => None,
        };
        let check = |text: &str| substitute(text, &lookup);
        assert_eq!(check("${DIR}/x").unwrap(), "in: [box]/x");
        assert_eq!(check("${NONE:-a}${EMPTY:-b}${EMPTY}").unwrap(), "ab");
        assert_eq!(check("$$5 $x ${unclosed").unwrap(), "$5 $x ${unclosed");
        assert_eq!(check("${NONE}").unwrap_err(), "the variable NONE is not set");
    }
}
