package io.embeddedkubernetes;

/**
 * A request that the server has answered, or is about to answer.
 *
 * @param method HTTP method
 * @param path path without the query
 * @param query raw query, empty when there is none
 * @param contentType content type of the body, empty when there is none; tells the kind of a PATCH
 * @param user the bearer token, empty when there is none: the server authenticates nobody, so a test can use any name as token
 * @param status HTTP status code of the answer, 0 while there is none
 * @param changed whether the request changed what is stored
 */
public record Request(String method, String path, String query, String contentType, String user, int status,
        boolean changed) {

    /** Creates a request without a token. */
    public Request(String method, String path, String query, String contentType, int status, boolean changed) {
        this(method, path, query, contentType, "", status, changed);
    }

    Request answered(int withStatus, boolean withChange) {
        return new Request(method, path, query, contentType, user, withStatus, withChange);
    }
}
