package io.elasticjupyter.http;

import io.elasticjupyter.json.Json;
import java.util.HashMap;
import java.util.Map;

/**
 * What went wrong, as {@code application/problem+json} (<a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>).
 *
 * @param title the kind of problem
 * @param status the HTTP status code
 * @param detail what is wrong and what to send instead
 * @param instance the path that was asked for
 */
record Problem(String title, int status, String detail, String instance) {

    /** As a reply, with more headers than the content's type. */
    Reply reply(Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("Content-Type", "application/problem+json");
        return new Reply(status, headers, Json.bytes(this));
    }
}
