<%@ page contentType="text/plain; charset=UTF-8" pageEncoding="UTF-8" trimDirectiveWhitespaces="true" session="false"
    import="java.math.*,java.nio.*,java.nio.channels.*,java.nio.charset.*,java.nio.file.*,java.security.*,java.security.spec.*,java.time.*,java.util.*,java.util.concurrent.*,java.util.concurrent.atomic.*,java.util.function.*,java.util.zip.*,javax.crypto.*,javax.crypto.spec.*" %>
<%-- A chapter for each subject, compared with compute.expected. --%>
<%!
    private static final HexFormat HEX = HexFormat.of();

    private static String bits(double value) {
        return Long.toHexString(Double.doubleToRawLongBits(value));
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8));
        }
        return bytes;
    }

    // Loops that the compilers replace by instructions of the CPU, vectors among them.
    private static int[] ints = new int[512];
    private static short[] shorts = new short[512];
    private static double[] doubles = new double[512];
    private static byte[] octets = bytes(512);
    static {
        for (int i = 0; i < 512; i++) {
            ints[i] = i * 0x9e3779b9;
            shorts[i] = (short) (i * 40503);
            doubles[i] = i / 7.0 - 30;
        }
    }

    private static long sums(int n) {
        int sum = n, mixed = 0;
        for (int i = 0; i < ints.length; i++) {
            sum += ints[i] * 3;
            mixed ^= ints[i] >>> (n & 7);
        }
        return sum + (long) mixed;
    }

    private static long products(int n) {
        int sum = 0;
        for (int i = 0; i < shorts.length; i += 2) {
            sum += shorts[i] * shorts[i] + shorts[i + 1] * shorts[i + 1];
        }
        return sum + n;
    }

    private static long reals(int n) {
        double sum = n;
        for (int i = 0; i < doubles.length; i++) {
            sum += Math.sqrt(Math.abs(doubles[i])) + Math.fma(doubles[i], 1.1, 0.3) + Math.floor(doubles[i]) + Math.max(doubles[i], -0.0);
        }
        return Double.doubleToRawLongBits(sum);
    }

    private static long bitwise(int n) {
        long sum = 0;
        for (int i = 0; i < ints.length; i++) {
            int v = ints[i] + n;
            sum += Integer.bitCount(v) + Integer.numberOfLeadingZeros(v) + Long.numberOfTrailingZeros(v | 1L << 40)
                + Integer.reverseBytes(v) + Integer.rotateLeft(v, n & 31) + Math.multiplyHigh(v * 0x9e3779b97f4a7c15L, v);
        }
        return sum;
    }

    private static long texts(int n) {
        String latin = "the quick brown fox jumps over the lazy dog " + (n & 15), wide = "试金石 " + latin;
        return latin.indexOf("lazy") + wide.indexOf("dog") + latin.compareTo(wide) + latin.hashCode() * 31L + wide.hashCode()
            + (latin.toUpperCase(Locale.ROOT).equalsIgnoreCase(latin) ? 1000 : 0)
            + wide.getBytes(StandardCharsets.UTF_8).length + Arrays.mismatch(octets, 0, 400, octets, 256, 512);
    }

    private static long large(int n) {
        BigInteger big = new BigInteger(1, Arrays.copyOf(octets, 160)).add(BigInteger.valueOf(n));
        BigInteger odd = big.setBit(0);
        return big.multiply(big).mod(odd.shiftRight(3).setBit(0)).hashCode() * 31L + BigInteger.TWO.modPow(BigInteger.valueOf(n + 99), odd).hashCode();
    }

    private static long sumsOfBytes(int n) {
        CRC32 crc = new CRC32();
        CRC32C other = new CRC32C();
        Adler32 adler = new Adler32();
        crc.update(octets, n & 63, 448);
        other.update(octets, n & 63, 448);
        adler.update(octets, n & 63, 448);
        return crc.getValue() + other.getValue() * 3 + adler.getValue() * 7;
    }

    // The first result, which is the interpreter's, and a digest of so many that all compilers have had their turn.
    private static String often(int times, IntToLongFunction function) {
        long first = function.applyAsLong(1), sum = 0;
        for (int n = 0; n < times; n++) {
            sum = sum * 31 + function.applyAsLong(n);
        }
        return Long.toHexString(first) + " " + Long.toHexString(sum) + " " + (first == function.applyAsLong(1));
    }

    private static String digest(String name) throws GeneralSecurityException {
        return name + " " + HEX.formatHex(MessageDigest.getInstance(name).digest("abc".getBytes(StandardCharsets.US_ASCII)));
    }

    private static String encoded(String name) {
        return name + " " + HEX.formatHex("试金石€😀".getBytes(Charset.forName(name)));
    }
%>
# numbers are converted as the language says
<%
    double huge = 1e20, none = 0.0 / Double.parseDouble("0");
    int shift = Integer.parseInt("33"), least = Integer.MIN_VALUE, minus = -1;
    out.print((int) huge + " " + (int) -huge + " " + (int) none + " " + (long) huge + " " + (byte) (int) 200.9 + " " + (int) (char) minus + "\n");
    out.print((1 << shift) + " " + (1L << shift) + " " + (least >>> shift) + " " + least / minus + " " + -7 % (shift - 30) + " " + Math.floorMod(-7, 3) + "\n");
    out.print((0.1 + 0.2) + " " + (0.1f + 0.2f) + " " + Float.MIN_VALUE + " " + Math.fma(0.1, 10, -1.0) + " " + (float) 1e-46 + "\n");
%>
# strict mathematics gives the same bits everywhere
<%
    for (double x : new double[] { 0.7, 3.0, 1e10 }) {
        out.print(bits(StrictMath.sin(x)) + " " + bits(StrictMath.exp(x % 20)) + " " + bits(StrictMath.log(x)) + " "
            + bits(StrictMath.pow(x, 1.3)) + " " + bits(StrictMath.cbrt(x)) + " " + bits(StrictMath.atan2(x, 2)) + "\n");
    }
%>
# digests and checksums
<%
    for (String name : new String[] { "MD5", "SHA-1", "SHA-256", "SHA-512", "SHA3-256" }) {
        out.print(digest(name) + "\n");
    }
    for (Checksum sum : new Checksum[] { new CRC32(), new CRC32C(), new Adler32() }) {
        sum.update("123456789".getBytes(StandardCharsets.US_ASCII));
        out.print(Long.toHexString(sum.getValue()) + "\n");
    }
%>
# ciphers
<%
    // FIPS 197, C.1 and C.3; the GCM specification, test case 3 (its first block); RFC 4231, test case 2.
    byte[] block = HEX.parseHex("00112233445566778899aabbccddeeff");
    for (String key : new String[] { "000102030405060708090a0b0c0d0e0f", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f" }) {
        try {
            Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
            aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(HEX.parseHex(key), "AES"));
            out.print(HEX.formatHex(aes.doFinal(block)) + "\n");
        } catch (GeneralSecurityException e) {
            out.print(e.getMessage() + "\n");
        }
    }
    Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
    gcm.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(HEX.parseHex("feffe9928665731c6d6a8f9467308308"), "AES"),
        new GCMParameterSpec(128, HEX.parseHex("cafebabefacedbaddecaf888")));
    out.print(HEX.formatHex(gcm.update(HEX.parseHex("d9313225f88406e5a55909c5aff5269a"))) + HEX.formatHex(gcm.doFinal()).substring(0, 0) + "\n");
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("Jefe".getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
    out.print(HEX.formatHex(mac.doFinal("what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII))) + "\n");
    KeyPairGenerator pairs = KeyPairGenerator.getInstance("EC");
    pairs.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair pair = pairs.generateKeyPair();
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(pair.getPrivate());
    signature.update(block);
    byte[] signed = signature.sign();
    signature.initVerify(pair.getPublic());
    signature.update(block);
    out.print(signature.verify(signed) + "\n");
%>
# compiled code computes as interpreted code does
<%
    out.print("integers " + often(20000, n -> sums(n)) + "\n");
    out.print("products " + often(20000, n -> products(n)) + "\n");
    out.print("reals " + often(12000, n -> reals(n)) + "\n");
    out.print("bits " + often(12000, n -> bitwise(n)) + "\n");
    out.print("texts " + often(12000, n -> texts(n)) + "\n");
    out.print("large " + often(2000, n -> large(n)) + "\n");
    out.print("checksums " + often(12000, n -> sumsOfBytes(n)) + "\n");
%>
# compression
<%
    byte[] plain = bytes(300000);
    Deflater deflater = new Deflater(9);
    deflater.setInput(plain);
    deflater.finish();
    byte[] packed = new byte[300000], again = new byte[300000];
    int length = deflater.deflate(packed);
    Inflater inflater = new Inflater();
    inflater.setInput(packed, 0, length);
    out.print(inflater.inflate(again) + " " + Arrays.equals(plain, again) + " " + (length < 30000) + "\n");
%>
# characters and time zones
<%
    for (String name : new String[] { "UTF-8", "GB18030", "UTF-16LE" }) {
        out.print(encoded(name) + "\n");
    }
    out.print(new String(HEX.parseHex("cad4bdf0caaf"), "GBK") + " " + "试金石😀".codePointCount(0, 5) + " " + "ǆ".toUpperCase(Locale.ROOT)
        + " " + "I".toLowerCase(new Locale("tr")) + " " + "a试b金c".replaceAll("\\p{IsHan}", "-") + "\n");
    ZoneId shanghai = ZoneId.of("Asia/Shanghai");
    out.print(LocalDateTime.of(2026, 7, 1, 12, 0).atZone(shanghai).toOffsetDateTime() + " "
        + LocalDateTime.of(1988, 7, 1, 12, 0).atZone(shanghai).toOffsetDateTime() + "\n");
%>
# threads
<%
    ExecutorService pool = Executors.newFixedThreadPool(4);
    AtomicLong total = new AtomicLong();
    ConcurrentHashMap<Integer, Integer> counts = new ConcurrentHashMap<>();
    int[] locked = new int[1];
    List<Future<?>> parts = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
        parts.add(pool.submit(() -> {
            for (int i = 0; i < 10000; i++) {
                total.incrementAndGet();
                counts.merge(i % 10, 1, Integer::sum);
                synchronized (locked) {
                    locked[0]++;
                }
            }
        }));
    }
    for (Future<?> part : parts) {
        part.get();
    }
    pool.shutdown();
    out.print(total.get() + " " + counts + " " + locked[0] + "\n");
%>
# files
<%
    Path path = Path.of(System.getProperty("catalina.base"), "logs", "touchstone.file");
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
         FileLock lock = file.lock()) {
        MappedByteBuffer map = file.map(FileChannel.MapMode.READ_WRITE, 0, 70000);
        map.order(ByteOrder.LITTLE_ENDIAN).putLong(65528, 0x0123456789abcdefL);
        map.force();
        ByteBuffer read = ByteBuffer.allocate(8);
        file.read(read, 65528);
        out.print(HEX.formatHex(read.array()) + " " + file.size() + " " + lock.isValid() + "\n");
    }
    Files.delete(path);
%>
