package io.elasticjupyter;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.context.annotation.Import;

/** The application's beans, in a context that tests can add to. */
@SpringBootConfiguration(proxyBeanMethods = false)
@Import(FunctionsApplication.class)
class FunctionsForTests {}
