package dev.logikids.database.migration;

import java.util.Optional;

/**
 * What the applied files of this build make.
 *
 * @param schema the schema that holds it
 * @param catalogue empty when it could not be found out
 * @param obstacle why there is no catalogue, else an empty text
 */
public record ExpectedSchema(String schema, Optional<SchemaCatalogue> catalogue, String obstacle) {}
