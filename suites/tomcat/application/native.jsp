<%@ page contentType="text/plain; charset=UTF-8" pageEncoding="UTF-8" trimDirectiveWhitespaces="true" session="false"
    import="java.io.*,java.nio.*,java.util.*,org.xerial.snappy.*" %>
<%-- Snappy, a library in C++ that is called from Java. A chapter for each subject, compared with native.expected. --%>
<%!
    private static byte[] sample(int length) {
        byte[] bytes = new byte[length];
        Random random = new Random(42);
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i % 100 < 70 ? 'a' + i % 7 : random.nextInt());
        }
        return bytes;
    }
%>
# bytes that are compressed are the same afterwards
<%
    for (int length : new int[] { 0, 1, 100, 65536, 1000003 }) {
        byte[] plain = sample(length), packed = Snappy.compress(plain);
        out.print(length + " " + Arrays.equals(plain, Snappy.uncompress(packed)) + " "
            + (length < 1000 || packed.length < length / 2) + " " + Snappy.isValidCompressedBuffer(packed) + "\n");
    }
%>
# another implementation's bytes are understood
<%
    // Of the format's description: length 11, a literal "abcd", a copy of 7 bytes from 4 back.
    out.print(new String(Snappy.uncompress(new byte[] { 11, 12, 'a', 'b', 'c', 'd', 13, 4 }), "US-ASCII") + "\n");
%>
# memory outside the heap and numbers of every size are passed
<%
    ByteBuffer from = ByteBuffer.allocateDirect(70000), packed = ByteBuffer.allocateDirect(100000), to = ByteBuffer.allocateDirect(70000);
    from.put(sample(70000)).flip();
    Snappy.compress(from, packed);
    Snappy.uncompress(packed, to);
    out.print(to.remaining() + " " + from.equals(to) + "\n");
    double[] doubles = { 1.5, -0.0, Double.MAX_VALUE, Double.MIN_VALUE, Double.NEGATIVE_INFINITY };
    long[] longs = { Long.MIN_VALUE, -1, 0x0123456789abcdefL };
    short[] shorts = { Short.MIN_VALUE, -1, 258 };
    out.print(Arrays.toString(Snappy.uncompressDoubleArray(Snappy.compress(doubles))) + "\n");
    out.print(Arrays.toString(Snappy.uncompressLongArray(Snappy.compress(longs))) + "\n");
    out.print(Arrays.toString(Snappy.uncompressShortArray(Snappy.compress(shorts))) + "\n");
%>
# streams with checksums
<%
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (SnappyFramedOutputStream stream = new SnappyFramedOutputStream(bytes)) {
        stream.write(sample(200000));
    }
    byte[] whole = new SnappyFramedInputStream(new ByteArrayInputStream(bytes.toByteArray())).readAllBytes();
    out.print(Arrays.equals(whole, sample(200000)) + "\n");
%>
# damaged input is an exception, not a crash
<%
    byte[] damaged = Snappy.compress(sample(5000));
    damaged[0] ^= 0x55;
    damaged[20] ^= 0x7f;
    try {
        Snappy.uncompress(damaged);
        out.print("accepted\n");
    } catch (IOException | SnappyError e) {
        out.print("refused\n");
    }
    out.print(Snappy.isValidCompressedBuffer(damaged) + "\n");
%>
