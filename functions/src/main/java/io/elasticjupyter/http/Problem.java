package io.elasticjupyter.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.UncheckedIOException;
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

    private static final ObjectMapper JSON = new ObjectMapper();

    /** As a reply, with more headers than the content's type. */
    Reply reply(Map<String, String> more) {
        Map<String, String> headers = new HashMap<>(more);
        headers.put("Content-Type", "application/problem+json");
        try {
            return new Reply(status, headers, JSON.writeValueAsBytes(this));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
