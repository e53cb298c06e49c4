package io.elasticjupyter.embedded;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A fresh server for each test. */
abstract class ApiTest {

    EmbeddedApi api;
    ApiClient client;

    @BeforeEach
    void start() throws IOException {
        api = EmbeddedApi.start(0);
        client = new ApiClient(api);
    }

    @AfterEach
    void stop() {
        client.close();
        api.close();
    }
}
