/** The console's pages: HTML without a template engine, which a cold start would have to load. The package has only pure functions. */
package io.elasticjupyter.console.page;
