//! What becomes of visits where plugs, plug-ins and stations fail.
