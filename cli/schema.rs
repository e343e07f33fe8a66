//! `jianbao schema`: JSON Schemas of what goes in and what comes out.

use crate::arguments::{SchemaOf, SchemaOptions};
use crate::exit::{Exit, print};

pub(crate) fn run(options: &SchemaOptions) -> Exit {
    let schema = match options.of {
        SchemaOf::Config => config::schema(),
        SchemaOf::Record => pipeline::record::schema().into(),
        SchemaOf::Explain => ::stages::explain::schema().into(),
        SchemaOf::Topics => ::stages::topics::schema().into(),
        SchemaOf::DeadLetter => pipeline::failure::schema().into(),
    };
    print(format!("{schema:#}\n").as_bytes())
}
