package io.elasticjupyter.benchmark;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.management.MBeanServerConnection;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/** Another Java process, with its use of memory and processor time. */
final class JavaProcess implements AutoCloseable {

    private final Process process;
    private final Path log;
    private JMXConnector management;

    /**
     * Adopts a process, which is stopped when this process exits, at the latest.
     *
     * @param log the file with its output
     */
    JavaProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
        // Also runs when this process is interrupted: a measured process must not outlive it.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    }

    /** Returns the command that runs a class with the class path of this process. */
    static List<String> command(List<String> jvm, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(List.of(arguments));
        return command;
    }

    static JavaProcess start(List<String> command, Map<String, String> environment, Path log) throws IOException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new JavaProcess(builder.start(), log);
    }

    /** Throws an exception with the last lines of its output when the process has exited. */
    void requireAlive() throws IOException {
        if (!process.isAlive()) {
            List<String> lines = Files.readAllLines(log);
            throw new IOException("ended with " + process.exitValue() + ": "
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())));
        }
    }

    /** Returns the processor time so far. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Returns the resident memory. */
    double residentMiB() throws IOException {
        return ProcessMemory.residentMiB(process.pid());
    }

    /** Returns the peak resident memory. */
    double mostResidentMiB() throws IOException {
        return ProcessMemory.mostResidentMiB(process.pid());
    }

    /** Returns an upper bound of the peak heap: the sum of the peaks of its memory pools. */
    double mostHeapMiB() throws IOException {
        double bytes = 0;
        for (var pool : ManagementFactory.getPlatformMXBeans(management(), MemoryPoolMXBean.class)) {
            if (pool.getType() == MemoryType.HEAP) {
                bytes += pool.getPeakUsage().getUsed();
            }
        }
        return bytes / ProcessMemory.MIB;
    }

    /** Returns the used heap after a garbage collection. */
    double liveHeapMiB() throws IOException {
        var memory = ManagementFactory.getPlatformMXBean(management(), MemoryMXBean.class);
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed() / ProcessMemory.MIB;
    }

    /** Returns the time spent in garbage collection so far. */
    double collectionSeconds() throws IOException {
        long millis = 0;
        for (var collector : ManagementFactory.getPlatformMXBeans(management(), GarbageCollectorMXBean.class)) {
            millis += collector.getCollectionTime();
        }
        return millis / 1e3;
    }

    private MBeanServerConnection management() throws IOException {
        if (management == null) {
            try {
                VirtualMachine machine = VirtualMachine.attach(Long.toString(process.pid()));
                management = JMXConnectorFactory.connect(new JMXServiceURL(machine.startLocalManagementAgent()));
                machine.detach();
            } catch (AttachNotSupportedException e) {
                throw new IOException(e);
            }
        }
        return management.getMBeanServerConnection();
    }

    @Override
    public void close() throws IOException {
        try {
            if (management != null) {
                management.close();
            }
        } finally {
            process.destroy();
            try {
                if (!process.waitFor(30, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
