/**
 * The console: what runs, what it holds, when it goes and why it is kept, read with the rights of whoever looks, as JSON and as a page.
 */
package io.elasticjupyter.console;
