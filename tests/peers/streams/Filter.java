// The rival of the exchange's bench: a filter as one would write it with Kafka Streams and Avro's
// own library, exactly once (exactly_once_v2), a commit each 100 ms. It reads framed Avro from the
// input topics, decodes each record by the schema of its frame as the view's schema has it, encodes
// it again and writes it, with headers and key as they came, to one topic. It rules nothing: no
// facts, no sequence, no seal, no entry, no state, no commitment.
//
// Arguments: brokers, application id, folder for its state, input topics with commas between,
// output topic, folder with the schemas: for the frame's id N the contract's schema in
// N.from.avsc, and the view's, named by its own id M, in N.to.M.avsc.

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

public final class Filter {
    private static final int FRAME = 5;

    /** One record type: from the contract's schema to the view's. */
    private static final class Projection {
        private final int id;
        private final GenericDatumReader<GenericRecord> reader;
        private final GenericDatumWriter<GenericRecord> writer;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream(4096);
        private BinaryDecoder decoder;
        private BinaryEncoder encoder;

        Projection(int id, Schema from, Schema to) {
            this.id = id;
            this.reader = new GenericDatumReader<>(from, to);
            this.writer = new GenericDatumWriter<>(to);
        }

        byte[] project(byte[] value) throws IOException {
            decoder = DecoderFactory.get()
                .binaryDecoder(value, FRAME, value.length - FRAME, decoder);
            GenericRecord record = reader.read(null, decoder);
            out.reset();
            out.write(ByteBuffer.allocate(FRAME).put((byte) 0).putInt(id).array());
            encoder = EncoderFactory.get().binaryEncoder(out, encoder);
            writer.write(record, encoder);
            encoder.flush();
            return out.toByteArray();
        }
    }

    /** A thread's own projections: Avro's readers and buffers are not shared. */
    private static final class Projections {
        private final Map<Integer, Projection> known = new HashMap<>();

        Projections(Path folder) {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    String[] name = file.getFileName().toString().split("\\.");
                    if (name.length != 4) {
                        continue;
                    }
                    int from = Integer.parseInt(name[0]);
                    Schema contract = parsed(folder.resolve(from + ".from.avsc"));
                    int to = Integer.parseInt(name[2]);
                    known.put(from, new Projection(to, contract, parsed(file)));
                }
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }

        byte[] project(byte[] value) {
            try {
                return known.get(ByteBuffer.wrap(value, 1, 4).getInt()).project(value);
            } catch (IOException error) {
                throw new UncheckedIOException(error);
            }
        }

        private static Schema parsed(Path file) throws IOException {
            return new Schema.Parser().parse(file.toFile());
        }
    }

    private Filter() {
    }

    public static void main(String[] arguments) {
        Path schemas = Path.of(arguments[5]);
        ThreadLocal<Projections> projections =
            ThreadLocal.withInitial(() -> new Projections(schemas));
        StreamsBuilder builder = new StreamsBuilder();
        builder.stream(Arrays.asList(arguments[3].split(",")),
                Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
            .mapValues(value -> projections.get().project(value))
            .to(arguments[4], Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
        KafkaStreams streams = new KafkaStreams(builder.build(), settings(arguments));
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.setStateListener((now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
                System.out.println("the filter runs");
            }
        });
        streams.start();
    }

    private static Properties settings(String[] arguments) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[1]);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, arguments[2]);
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
        settings.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, 1);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG),
            "earliest");
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 5_000);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG), 100);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG),
            4 * 1024 * 1024);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 512 * 1024);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 1);
        return settings;
    }
}
