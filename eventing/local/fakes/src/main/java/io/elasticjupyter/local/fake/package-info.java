/** A fake Enterprise Gateway. It depends on no other module, so that the functions' tests can use it too. */
package io.elasticjupyter.local.fake;
