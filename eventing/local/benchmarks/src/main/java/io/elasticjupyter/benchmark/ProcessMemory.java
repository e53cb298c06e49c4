package io.elasticjupyter.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The memory of a process as Linux reports it. */
final class ProcessMemory {

    static final double MIB = 1024 * 1024;

    private ProcessMemory() {}

    static double residentMiB(long pid) throws IOException {
        return field(status(pid), "VmRSS");
    }

    static double mostResidentMiB(long pid) throws IOException {
        return field(status(pid), "VmHWM");
    }

    private static List<String> status(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"));
    }

    /** Returns the value of a line such as {@code VmRSS:   123456 kB} in MiB. */
    static double field(List<String> status, String name) {
        return status.stream().filter(line -> line.startsWith(name + ":"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024 / MIB)
                .findFirst().orElseThrow(() -> new IllegalArgumentException("no " + name));
    }
}
