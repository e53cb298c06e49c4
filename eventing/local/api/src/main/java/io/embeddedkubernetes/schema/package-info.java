/** OpenAPI schemas, of built-in kinds and of definitions, and what follows from them: pruning, defaults, checks, CEL rules. */
package io.embeddedkubernetes.schema;
