package io.elasticjupyter.integration;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * One thing that happens in a namespace, or to an event on its way.
 *
 * @param what happens
 * @param kind to a resource of that kind
 * @param name of that name
 * @param variant which of several specs, children or events; taken modulo how many there are
 */
record Step(What what, String kind, String name, int variant) {

    /** What can happen. */
    enum What {
        /** Somebody applies a resource; its event goes on its way. */
        APPLY,
        /** Somebody deletes a resource; its event goes on its way. */
        DELETE,
        /** The garbage collector deletes what belonged to deleted resources. */
        COLLECT,
        /** Somebody deletes a child. */
        DELETE_CHILD,
        /** Somebody overwrites what is ours in a child. */
        SPOIL_CHILD,
        /** A Deployment is rolled out, or a kernel's pod starts. */
        START_CHILD,
        /** An event on its way arrives, whichever comes first. */
        DELIVER,
        /** An event on its way arrives, and will arrive again. */
        DELIVER_TWICE,
        /** An event on its way is lost. */
        LOSE
    }

    /** In the order in which a person would apply them. */
    static final List<String> KINDS = List.of("JupyterKernelTemplate", "JupyterKernelSpec", "JupyterGateway",
            "JupyterNotebook", "JupyterKernel");

    private static final Map<String, List<String>> SPECS = Map.of(
            "JupyterKernelTemplate", List.of(
                    "{template: {spec: {containers: [{name: kernel, image: 'elyra/kernel-py:3.2.3'}]}}}"),
            "JupyterKernelSpec", List.of("{image: 'elyra/kernel-py:3.2.3'}",
                    "{template: {name: one}, displayName: One, env: [{name: A, value: b}]}",
                    "{command: [start, '{kernel_id}'], className: Some, language: R}"),
            "JupyterGateway", List.of("{}", "{kernels: [one, two], logLevel: DEBUG}",
                    "{kernels: [one], resources: {limits: {cpu: 2}}, cullIdleTimeout: 60}", "{image: other}"),
            "JupyterNotebook", List.of("{}", "{gateway: {name: one}, auth: {token: t}}", "{auth: {password: p}}",
                    "{auth: {mode: disable}, template: {metadata: {labels: {team: a}}}}",
                    "{resources: {limits: {memory: 1Gi}}, template: {spec: {containers: [{name: notebook, image: n},"
                            + " {name: side, image: s}]}}}",
                    "{template: {spec: {volumes: [{name: v, emptyDir: {}}], containers: [{name: notebook, image: 'n:1',"
                            + " readinessProbe: {httpGet: {path: /api, port: 8888}}}]}}}",
                    "{template: {spec: {volumes: [{name: v, secret: {secretName: s}}], containers: [{name: notebook,"
                            + " image: 'n:2', readinessProbe: {exec: {command: [look]}}}]}}}"),
            "JupyterKernel", List.of("{template: {spec: {containers: [{name: kernel, image: k}]}}}",
                    "{templateRef: {name: one}}"));

    private static final List<String> NAMES = List.of("one", "two");

    private static final List<What> OFTEN = List.of(What.APPLY, What.APPLY, What.APPLY, What.APPLY, What.DELETE,
            What.COLLECT, What.DELETE_CHILD, What.SPOIL_CHILD, What.START_CHILD, What.DELIVER, What.DELIVER,
            What.DELIVER, What.DELIVER_TWICE, What.LOSE, What.LOSE);

    /** A sequence of five to twenty-four steps. */
    static List<Step> sequence(Random random) {
        List<Step> steps = new ArrayList<>();
        int length = 5 + random.nextInt(20);
        for (int i = 0; i < length; i++) {
            What what = OFTEN.get(random.nextInt(OFTEN.size()));
            String kind = KINDS.get(random.nextInt(KINDS.size()));
            String name = NAMES.get(random.nextInt(NAMES.size()));
            // A notebook and a gateway of one name both want the Service of that name, and the first has it.
            steps.add(new Step(what, kind, kind.equals("JupyterNotebook") ? "notebook-" + name : name,
                    random.nextInt(1000)));
        }
        return steps;
    }

    /** The resource as it is to be applied. */
    String yaml() {
        List<String> specs = SPECS.get(kind);
        return """
                apiVersion: kubeflow.tkestack.io/v1alpha1
                kind: %s
                metadata: {name: %s}
                spec: %s
                """.formatted(kind, name, specs.get(variant % specs.size()));
    }

    @Override
    public String toString() {
        return switch (what) {
            case APPLY -> what + " " + yaml().lines().skip(1).map(String::strip).reduce((a, b) -> a + " " + b).get();
            case DELETE -> what + " " + kind + " " + name;
            case COLLECT -> what.toString();
            default -> what + " number " + variant;
        };
    }
}
