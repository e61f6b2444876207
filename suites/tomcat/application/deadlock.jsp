<%@ page contentType="text/plain; charset=UTF-8" pageEncoding="UTF-8" trimDirectiveWhitespaces="true" session="false"
    import="java.util.concurrent.*" %>
<%-- Two threads that wait for each other for ever; they do not keep the virtual machine from ending. --%>
<%!
    private static Thread taker(String name, Object first, Object second, CountDownLatch both) {
        Thread thread = new Thread(() -> {
            synchronized (first) {
                both.countDown();
                try {
                    both.await();
                } catch (InterruptedException e) {
                    return;
                }
                synchronized (second) {
                    System.out.println("never reached");
                }
            }
        }, name);
        thread.setDaemon(true);
        return thread;
    }
%>
<%
    Object left = new Object(), right = new Object();
    CountDownLatch both = new CountDownLatch(2);
    Thread one = taker("touchstone-one", left, right, both), two = taker("touchstone-two", right, left, both);
    one.start();
    two.start();
    for (int i = 0; i < 1000 && (one.getState() != Thread.State.BLOCKED || two.getState() != Thread.State.BLOCKED); i++) {
        Thread.sleep(10);
    }
    out.print(one.getState() + " " + two.getState() + "\n");
%>
